#include "cli/incident_events.hpp"

#include <boost/json/value_to.hpp>
#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::object json_event(const char* kind, const char* level, const std::string& sentence)
{
    return {{"kind", kind}, {"severity", level}, {"sentence", sentence}};
}

std::string sentence_of(const json::value& event)
{
    return json::value_to<std::string>(event.at("sentence"));
}

TEST(IncidentEvents, AreTheOldestFirstAndWithoutDeliveries)
{
    incident_events events;
    events.add(json_event("resolved", "high", "third"));
    events.add(json_event("delivered", "info", "a message"));
    events.add({{"kind", "frozen"}, {"severity", nullptr}, {"sentence", "second"}});
    events.add(json_event("opened", "critical", "first"));
    const auto all = events.take();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(sentence_of(all[0]), "first");
    EXPECT_EQ(sentence_of(all[1]), "second");
    EXPECT_EQ(sentence_of(all[2]), "third");
    EXPECT_EQ(events.left_out(), 0U);
}

// A thief who makes findings without end does not push out how it began, nor what people did.
TEST(IncidentEvents, OfAFloodTheBeginningTheEndAndWhatWeighsMoreStay)
{
    constexpr std::size_t flood = 10'000;
    incident_events events;
    events.add(json_event("opened", "critical", "the newest"));
    for (std::size_t at = 0; at < flood; ++at) {
        events.add(json_event("opened", "critical", "flood"));
        events.add(json_event("changed", "low", "light"));
        if (at == flood / 2)
            events.add({{"kind", "acknowledged"}, {"severity", "low"}, {"sentence", "dana"}});
    }
    events.add(json_event("opened", "critical", "how it began"));
    EXPECT_EQ(events.left_out(), 2 * flood + 2 - 2 * incident_events::most);
    const auto all = events.take();
    ASSERT_EQ(all.size(), 2 * incident_events::most + 1);
    EXPECT_EQ(sentence_of(all.front()), "how it began");
    EXPECT_EQ(sentence_of(all.back()), "the newest");
    std::size_t acts = 0;
    for (const auto& each : all)
        acts += sentence_of(each) == "dana" ? 1 : 0;
    EXPECT_EQ(acts, 1U);
}

}  // namespace
}  // namespace trunkwarden
