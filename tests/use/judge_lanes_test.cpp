#include <gtest/gtest.h>

#include <limits>

#include "support/parse_time.hpp"
#include "use/judge_traffic.hpp"
#include "use/traffic_days.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::answered;
using fakes::entry_to;
using fakes::trunk_to;
using fakes::value_of;

class TrafficOfTwoSources : public testing::Test, protected fakes::read_traffic_record {};

// A thief who knows that few records are read in a minute fills them with free attempts to a country that is
// covered.
TEST_F(TrafficOfTwoSources, AFloodOfRecordsHidesNothingThatTheReportShows)
{
    policy.entries = {entry_to({"US"}, 5000)};
    report({});
    record.note_all_details(traffic_product::sip_trunking);
    now += 1min;
    std::vector<detail_record> calls;
    for (int i = 0; i < 150; ++i)
        calls.push_back(call(trunk_to("US"), fmt::format("+1312555{:04}", i)));
    record.add_details(calls, now);
    report({{trunk_to("LV"), answered(30, "30.00")}, {trunk_to("US"), answered(100)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U) << "more records than reported attempts, and none of the calls to Latvia";
    EXPECT_EQ(found[0].id, "sip-trunking/1293384261075731499/LV");
}

TEST_F(TrafficOfTwoSources, CallsToACountryThatTheReportNamesAccountForNoOther)
{
    record.note_all_details(traffic_product::sip_trunking);
    std::vector<detail_record> calls;
    for (int i = 0; i < 200; ++i)
        calls.push_back(call(trunk_to("US"), fmt::format("+1312555{:04}", i)));
    record.add_details(calls, now);
    report({{trunk_to(""), answered(30)}, {trunk_to("US"), answered(100)}});
    EXPECT_EQ(judge().size(), 1U) << "the report lags, and 30 calls went to nobody knows where";
}

TEST_F(TrafficOfTwoSources, AGapInTheRecordsCountsUntilItIsTooOld)
{
    record.note_all_details(traffic_product::sip_trunking);
    std::vector<detail_record> calls;
    for (int i = 0; i < 40; ++i)
        calls.push_back(call(trunk_to("JM"), fmt::format("+1876555{:04}", i)));
    record.add_details(calls, now);
    report({{trunk_to(""), answered(40)}});
    EXPECT_EQ(judge().size(), 1U);
    record.note_missing_details(traffic_product::sip_trunking, now);
    EXPECT_EQ(judge().size(), 2U);
    record.note_all_details(traffic_product::sip_trunking);
    EXPECT_EQ(judge().size(), 2U) << "what was missed is not looked for again";
    EXPECT_EQ(record.details_whole_since(traffic_product::sip_trunking), now);
}

TEST_F(TrafficOfTwoSources, ACostThatNoRecordHasCountsAsReported)
{
    policy.entries.front().max_cost_per_hour = parse_amount("15.00");
    report({});
    record.note_all_details(traffic_product::sip_trunking);
    now += 1min;
    record.add_details(std::vector{call(trunk_to("US"), "+13125550100")}, now);
    report({{trunk_to("US"), answered(1, "20.00")}});
    EXPECT_EQ(judge().size(), 1U);
}

// An honest trunk that calls all day, and a thief on another one: together they pass the limit.
class SharedEntry : public TrafficOfTwoSources {
protected:
    SharedEntry() { policy.entries = {entry_to({"US", "CA", "LV"}, 300)}; }

    // The honest trunk makes so many calls in each hour.
    void honest_hours(std::uint64_t each)
    {
        report({});
        for (const auto until = now + 3h; now < until; now += 6min)
            report({{trunk_to("US", "honest"), answered(each / 10 * (1 + minutes_of_the_hour() / 6))}});
    }
    std::uint64_t minutes_of_the_hour() const
    {
        const auto past = now - std::chrono::floor<std::chrono::hours>(now);
        return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::minutes>(past).count());
    }
};

TEST_F(SharedEntry, TheOneThatGrewIsNamedAndEveryOtherBesideIt)
{
    honest_hours(200);
    report({{trunk_to("US", "honest"), answered(20 * (1 + minutes_of_the_hour() / 6))},
            {trunk_to("CA", "thief"), answered(150)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "sip-trunking/thief/CA") << "the honest one has more, as always";
    EXPECT_EQ(value_of(found[0], "connection_id"), "thief");
    EXPECT_NE(found[0].note.find("of the same entry: "), std::string::npos) << found[0].note;
    EXPECT_NE(found[0].note.find(" from connection honest"), std::string::npos) << found[0].note;
}

TEST_F(SharedEntry, NoneIsBlamedWhereSeveralMayBeTooMuch)
{
    report({});
    now += 1min;
    report({{trunk_to("US", "1"), answered(200)}, {trunk_to("CA", "2"), answered(150)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(value_of(found[0], "connection_id"), several_senders);
    EXPECT_NE(found[0].note.find("it is not known which connection is too much"), std::string::npos)
        << found[0].note;
}

TEST_F(SharedEntry, OfSeveralTheOnlyDearOneIsBlamed)
{
    report({});
    now += 1min;
    report({{trunk_to("US", "1"), answered(200)}, {trunk_to("LV", "2"), answered(150)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "sip-trunking/2/LV");
    EXPECT_EQ(value_of(found[0], "connection_id"), "2");
}

TEST_F(SharedEntry, ALaneJustUnderTheLimitIsNamedBesideOneThatPassedItAlone)
{
    report({});
    now += 1min;
    report({{trunk_to("US", "honest"), answered(310)}, {trunk_to("CA", "thief"), answered(290)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].note.find("of the same entry: 290 calls to "), std::string::npos) << found[0].note;
    EXPECT_NE(found[0].note.find(" from connection thief"), std::string::npos) << found[0].note;
}

TEST_F(SharedEntry, TheOthersThatPassTheLimitTogetherHaveAFindingBesideOneThatPassedItAlone)
{
    report({});
    now += 1min;
    report({{trunk_to("US", "honest"), answered(310)},
            {trunk_to("CA", "thief"), answered(290)},
            {trunk_to("US", "thief"), answered(20)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(value_of(found[1], "connection_id"), "thief") << "all of the rest are his";
}

TEST_F(TrafficOfTwoSources, CallsInARowOfSeveralConnectionsBlameNoneOfThem)
{
    policy.entries.front().max_calls_to_one_number = 2;
    record.add_details(
        std::vector{call(trunk_to("US", "1"), "+13125550100"), call(trunk_to("US", "1"), "+13125550100"),
                    call(trunk_to("US", "2"), "+13125550100")},
        now);
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(value_of(found[0], "connection_id"), several_senders);
}

TEST_F(TrafficOfTwoSources, NumbersThatLieDoNotWrap)
{
    policy.entries.front().max_minutes_per_hour = 60;
    policy.entries.front().max_calls_per_hour = 60;
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    report({});
    now += 1min;
    report({{trunk_to("US", "1"), {most, most, most, {}}}, {trunk_to("US", "2"), {most, most, most, {}}}});
    ASSERT_EQ(judge().size(), 2U);
    EXPECT_EQ(value_of(judge()[0], "max_calls_per_hour"), fmt::format("{}", most_counted));
}

}  // namespace
}  // namespace trunkwarden
