#include "status/explanation.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "status/example_status.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using examples::example_finding;
using fakes::noon;
using testing::HasSubstr;
using testing::Not;

audit_event event_about(const std::string& object, const std::string& id)
{
    return {.id = id,
            .by = {"user-7", "organization_member", noon - 4min},
            .change_type = "create",
            .resource_id = object,
            .alternate_id = {},
            .record_type = "ip",
            .changes = {{"ip_address", "", "(redacted)"}}};
}

TEST(Explanation, TakesTheEventsThatAreAboutTheObject)
{
    auto f = example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    const std::deque log{event_about("other", "e1"), event_about(f.deviation.id, "e2")};
    const auto events = events_about(f, log);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events.front().id, "e2");
    f.deviation.from_event = true;
    f.deviation.id = "e1";
    EXPECT_EQ(events_about(f, log).front().id, "e1") << "the finding tells of this event";
}

TEST(Explanation, KeepsTheNewestOfManyEvents)
{
    const auto f = example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    std::deque<audit_event> log;
    for (int number = 0; number < 60; ++number)
        log.push_back(event_about(f.deviation.id, fmt::format("e{}", number)));
    const auto events = events_about(f, log);
    ASSERT_EQ(events.size(), 50U);
    EXPECT_EQ(events.back().id, "e59");
}

TEST(Explanation, IsJsonWithoutSecretsAndBodies)
{
    explanation all;
    all.as_of = noon;
    all.about = example_finding("f-3b1c9a70d2e4", severity::critical, noon);
    all.about.deviation.fields = {{"password", "(secret)", "(secret)", severity::high, false, "CANARY"}};
    all.no_entry = "no entry";
    all.events = {event_about(all.about.deviation.id, "e1")};
    all.messages.push_back({.number = 1,
                            .id = "0123",
                            .sink = "page",
                            .account = "production",
                            .findings = {all.about.id},
                            .event = "opened",
                            .body = "CANARY",
                            .queued = noon,
                            .attempts = 2,
                            .next_attempt = noon,
                            .last_error = "503"});
    all.sinks = {{"page", std::nullopt}};
    const auto told = to_json(all);
    EXPECT_THAT(boost::json::serialize(told), Not(HasSubstr("CANARY")));
    EXPECT_EQ(told.at("source"), "daemon");
    EXPECT_EQ(told.at("as_of"), "2026-11-22T12:00:00Z");
    EXPECT_TRUE(told.at("entry").is_null());
    EXPECT_TRUE(told.at("last_told").is_null()) << "it was never told";
    EXPECT_EQ(told.at("messages").at(0).at("attempts"), 2);
    EXPECT_EQ(told.at("audit_events").at(0).at("fields").at(0), "ip_address");
    EXPECT_TRUE(told.at("sinks").at(0).at("last_taken").is_null());
}

}  // namespace
}  // namespace trunkwarden
