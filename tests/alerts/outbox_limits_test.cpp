#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "alerts/filled_outbox.hpp"

// The messages that give way when too many wait, or a start would read too many.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::event;
using fakes::noon;

TEST(OutboxThatIsFull, TheLightestAndOldestGivesWayAndRemindersAreLeftOut)
{
    outbox box({sink_named("soc")}, ids_in_order());
    for (std::size_t i = 0; i < outbox::max_pending; ++i)
        box.put(
            "production",
            {event(transition::opened, std::to_string(i), i % 2 == 0 ? severity::critical : severity::low)},
            noon);
    box.put("production", {event(transition::reminder, "x")}, noon);
    EXPECT_EQ(box.dead("soc"), 0U);
    const auto change = box.put("production", {event(transition::opened, "last")}, noon);
    EXPECT_EQ(box.pending("soc"), outbox::max_pending);
    EXPECT_EQ(box.dead("soc"), 1U);
    EXPECT_EQ(box.take_losses().gave_way.at("soc"), 1U);
    const auto& given_up = change.deliveries.begin()->second;
    EXPECT_TRUE(given_up.dead);
    EXPECT_EQ(given_up.findings, std::vector<std::string>{"f-1"});
}

TEST(OutboxThatIsFull, IsBoundedByBytesAndWithAnOpeningGoesWhatWaitsBehindIt)
{
    outbox box({sink_named("soc")}, ids_in_order());
    const auto large = [](transition transition, const std::string& id, severity level) {
        auto out = event(transition, id, level);
        out.about.deviation.fields.clear();
        for (int i = 0; i < 100; ++i)
            out.about.deviation.fields.push_back(
                {"field", std::string(5000, 'x'), std::nullopt, severity::info});
        return out;
    };
    std::size_t put = 0;
    for (int i = 0; i < 2; ++i) {
        box.put("production", {large(transition::opened, "light" + std::to_string(i), severity::low)}, noon);
        box.put("production", {event(transition::resolved, "light" + std::to_string(i), severity::low)},
                noon);
        put += 2;
    }
    while (box.dead("soc") < 4) {
        ASSERT_LT(put, 1000U);
        box.put("production", {large(transition::opened, std::to_string(put++), severity::critical)}, noon);
    }
    EXPECT_GT(put, 70U);
    std::set<std::string> gone;
    for (const auto& [number, letter] : box.dead().all().at("soc"))
        gone.insert(letter.delivery.findings[0]);
    EXPECT_EQ(gone, (std::set<std::string>{"f-light0", "f-light1"}));
}

TEST(OutboxThatIsFull, ADroppedOpeningTakesItsLaterEventsWithIt)
{
    outbox box({sink_named("soc")}, ids_in_order());
    box.put("production", {event(transition::opened, "1", severity::low), changed("1", 1, severity::low)},
            noon);
    for (std::size_t i = 2; i < outbox::max_pending; ++i)
        box.put("production", {event(transition::opened, "c" + std::to_string(i))}, noon);
    EXPECT_EQ(box.dead("soc"), 0U);
    box.put("production", {event(transition::opened, "last")}, noon);
    EXPECT_EQ(box.dead("soc"), 2U);
    EXPECT_FALSE(box.waits("soc", "f-1"));
}

TEST(OutboxAfterARestart, CutsWhatAnEarlierVersionWroteInFull)
{
    outbox before({sink_named("soc")}, ids_in_order());
    auto kept = before.put("production", {event(transition::opened, "1")}, noon).deliveries.begin()->second;
    auto in_full = notification_of(kept.body).value();
    in_full.findings.at(0)["label"] = std::string(1'000'000, 'x').c_str();
    kept.body = to_text(in_full);
    outbox after({sink_named("soc")}, ids_in_order());
    after.restore({kept}, noon);
    const auto next = after.next("soc", noon);
    ASSERT_TRUE(next);
    EXPECT_LT(next->body.size(), 8192U);
    EXPECT_EQ(next->id, kept.id);
}

TEST(OutboxAfterARestart, KnowsWeightsAndForgetsWhatWasTooMuchToRead)
{
    outbox before({sink_named("soc")}, ids_in_order());
    std::vector<delivery> kept;
    for (const auto& [number, delivery] : before
                                              .put("production",
                                                   {event(transition::opened, "1", severity::low),
                                                    event(transition::opened, "2", severity::low),
                                                    event(transition::opened, "3", severity::critical)},
                                                   noon)
                                              .deliveries)
        kept.push_back(delivery);
    ASSERT_EQ(kept.size(), 3U);
    kept.back().body.clear();
    outbox after({sink_named("soc")}, ids_in_order());
    const auto change = after.restore(kept, noon);
    EXPECT_EQ(change.delivered, std::set<std::int64_t>{kept.back().number});
    EXPECT_EQ(after.next("soc", noon)->findings[0], "f-3");
}

}  // namespace
}  // namespace trunkwarden
