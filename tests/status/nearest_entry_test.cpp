#include "status/nearest_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/judging.hpp"
#include "findings/watch_cause.hpp"

namespace trunkwarden {
namespace {

using fakes::today;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

// An account with these entries, in which these objects are there, and the first finding about one of them.
struct judged_account {
    judged_account(const std::string& entries, const char* resource, const std::string& items)
        : trusted(parse_baseline("version: 1\n" + entries, "baseline.yml", catalogue).value)
    {
        auto deviations = fakes::judge_with(entries, resource, items);
        if (deviations.empty())
            throw std::runtime_error("everything is trusted");
        about.account = "production";
        about.deviation = std::move(deviations.front());
        about.id = finding_id(about.account, about.deviation);
    }
    std::optional<nearest_entry> nearest() const { return find_nearest_entry(about, trusted, today); }

    baseline trusted;
    finding about;
};

constexpr const char* two_addresses = R"(ips:
  - ip_address: 203.0.113.7
    connection_id: "c1"
    reason: the carrier
  - ip_address: 203.0.113.8
    connection_id: "c2"
)";

TEST(NearestEntry, IsTheOneWithTheFewestFieldsThatDiffer)
{
    const judged_account account(two_addresses, "ips",
                                 R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c2"}])");
    const auto near = account.nearest();
    ASSERT_TRUE(near);
    EXPECT_EQ(near->nearness, nearness::alike);
    EXPECT_EQ(near->line, 6U);
    ASSERT_EQ(near->differing.size(), 1U);
    EXPECT_EQ(near->differing.front().field, "ip_address");
    EXPECT_EQ(near->differing.front().line, 6U);
    EXPECT_EQ(near->differing.front().expected, "203.0.113.8");
    EXPECT_EQ(near->differing.front().actual, "192.0.2.66");
}

TEST(NearestEntry, IsNoneWhenNothingIsInCommon)
{
    const judged_account account(two_addresses, "ips",
                                 R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c9"}])");
    EXPECT_FALSE(account.nearest());
    EXPECT_FALSE(beyond_entries(account.about)) << "an entry could trust it";
    const judged_account without("organization_id: x\n", "ips",
                                 R"([{"id": "i9", "ip_address": "192.0.2.66"}])");
    EXPECT_FALSE(without.nearest());
}

TEST(NearestEntry, IsTheOneThatNamesTheObject)
{
    const judged_account account(R"(ips:
  - ip_address: 192.0.2.66
    connection_id: "c1"
  - id: "i9"
    ip_address: 203.0.113.7
    connection_id: "c1"
)",
                                 "ips",
                                 R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c2"}])");
    EXPECT_EQ(account.about.deviation.kind, deviation_kind::changed);
    const auto near = account.nearest();
    ASSERT_TRUE(near);
    EXPECT_EQ(near->nearness, nearness::names_it);
    EXPECT_EQ(near->line, 5U);
    EXPECT_THAT(near->differing,
                ElementsAre(Field(&entry_difference::line, 6U), Field(&entry_difference::line, 7U)));
}

TEST(NearestEntry, OfAMissingObjectIsTheOneThatNamesIt)
{
    const judged_account account("ips:\n  - id: \"i9\"\n    ip_address: 203.0.113.7\n", "ips", "[]");
    EXPECT_EQ(account.about.deviation.kind, deviation_kind::missing);
    const auto near = account.nearest();
    ASSERT_TRUE(near);
    EXPECT_EQ(near->line, 3U);
    EXPECT_EQ(near->nearness, nearness::names_it);
}

TEST(NearestEntry, SaysThatItRanOut)
{
    const judged_account account("ips:\n  - ip_address: 192.0.2.66\n    expires: 2026-11-01\n", "ips",
                                 R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c2"}])");
    const auto near = account.nearest();
    ASSERT_TRUE(near);
    EXPECT_EQ(near->nearness, nearness::ran_out);
    EXPECT_EQ(iso_date(*near->expires), "2026-11-01");
    EXPECT_TRUE(near->differing.empty());
}

TEST(NearestEntry, DoesNotTakeWhatIsNotKnownForDifferent)
{
    judged_account account(two_addresses, "ips",
                           R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c2"}])");
    for (auto& field : account.about.deviation.fields)
        field.canonical_value.reset();  // as an earlier version recorded it
    EXPECT_FALSE(account.nearest());
}

TEST(NearestEntry, IsNoQuestionOfEventsAndBlindSpots)
{
    judged_account account(two_addresses, "ips",
                           R"([{"id": "i9", "ip_address": "192.0.2.66", "connection_id": "c2"}])");
    account.about.deviation.from_event = true;
    EXPECT_FALSE(account.nearest());
    EXPECT_THAT(*beyond_entries(account.about), HasSubstr("an event"));
    account.about.deviation.from_event = false;
    account.about.deviation.kind = deviation_kind::blind;
    EXPECT_FALSE(account.nearest());
    account.about.deviation.type = &watch_cause::baseline_file;
    EXPECT_FALSE(account.nearest());
    EXPECT_THAT(*beyond_entries(account.about), HasSubstr("the watch itself"));
}

}  // namespace
}  // namespace trunkwarden
