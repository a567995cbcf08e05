#include "use/judge_traffic.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/parse_time.hpp"
#include "use/traffic_days.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::answered;
using fakes::entry_to;
using fakes::office_trunk;
using fakes::refused;
using fakes::trunk_to;
using fakes::value_of;

class JudgeTraffic : public testing::Test, protected fakes::read_traffic_record {};

TEST_F(JudgeTraffic, SaysNothingAboutTrafficThatAnEntryCovers)
{
    report({{trunk_to("US"), answered(100, "1.00")}});
    EXPECT_TRUE(judge().empty());
}

TEST_F(JudgeTraffic, RefusedAttemptsAreTheEarliestSign)
{
    report({});
    now += 1min;
    report({{trunk_to("LV"), refused(412)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::unknown);
    EXPECT_EQ(found[0].id, "sip-trunking/1293384261075731499/LV");
    EXPECT_EQ(found[0].level, severity::critical) << "calls to Latvia cost dearly";
    EXPECT_TRUE(found[0].note.starts_with("412 attempts to Latvia, all refused: somebody is trying"))
        << found[0].note;
    EXPECT_EQ(value_of(found[0], "attempts"), "412");
    EXPECT_EQ(value_of(found[0], "connection_id"), office_trunk);
    EXPECT_EQ(value_of(found[0], "country"), "LV");
}

TEST_F(JudgeTraffic, MessagesWithoutAPriceAreNotCalledRefused)
{
    policy.entries.front().product = traffic_product::messaging;
    const traffic_lane to_nigeria{traffic_product::messaging, "profile", "NG"};
    const usage_row row{to_nigeria, fakes::noon, {40, 40, 0, {}}};
    record.add_report(traffic_product::messaging, {&row, 1}, 1h, now);
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].note.starts_with("40 messages to Nigeria in 24 hours")) << found[0].note;
    EXPECT_EQ(found[0].level, severity::critical) << "carriers there share the price of messages";
    EXPECT_NE(found[0].note.find("messages there are a target of fraud"), std::string::npos) << found[0].note;
}

TEST_F(JudgeTraffic, CallsToACountryThatOnlyMessagesArePumpedToAreNotCritical)
{
    report({{trunk_to("NG"), answered(3)}});
    ASSERT_EQ(judge().size(), 1U);
    EXPECT_EQ(judge()[0].level, severity::high);
}

TEST_F(JudgeTraffic, WeighsACountryByItsCalls)
{
    report({{trunk_to("FR"), answered(1)}, {trunk_to("JM"), answered(1)}, {trunk_to(""), answered(1)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].id, "sip-trunking/1293384261075731499/JM") << "the heaviest first";
    EXPECT_EQ(found[0].level, severity::critical);
    for (const auto& deviation : found) {
        if (!deviation.id.ends_with("JM")) {
            EXPECT_EQ(deviation.level, severity::high) << deviation.id;
        }
    }
    EXPECT_TRUE(std::ranges::any_of(found, [](const deviation& deviation) {
        return deviation.id == "sip-trunking/1293384261075731499/unknown";
    })) << "no country set covers a country that is not known";
}

TEST_F(JudgeTraffic, AnEntryWithoutCountriesCoversAnyAndServiceNumbersBelongToNone)
{
    report({{trunk_to(service_numbers), answered(3)}});
    EXPECT_TRUE(judge().empty());
    policy.entries = {entry_to({}, 1000)};
    report({{trunk_to("LV"), answered(3)}, {trunk_to(""), answered(3)}});
    EXPECT_TRUE(judge().empty());
    policy.entries.front().connection_id = "another";
    EXPECT_EQ(judge().size(), 3U);
}

TEST_F(JudgeTraffic, ALimitIsHighAndCriticalBeyondTwice)
{
    policy.entries = {entry_to({"US"}, 300)};
    report({});
    now += 1min;
    report({{trunk_to("US"), answered(300)}});
    EXPECT_TRUE(judge().empty());
    now += 1min;
    report({{trunk_to("US"), answered(301)}});
    auto found = tell();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::exceeded);
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_EQ(value_of(found[0], "max_calls_per_hour"), "301");
    EXPECT_NE(found[0].note.find("max_calls_per_hour is 300 (line 7 of the baseline)"), std::string::npos)
        << found[0].note;
    now += 1min;
    report({{trunk_to("US"), answered(450)}});
    found = tell();
    EXPECT_EQ(value_of(found[0], "max_calls_per_hour"), "301")
        << "told again when it doubled, not every minute";
    now += 1min;
    report({{trunk_to("US"), answered(603)}});
    found = tell();
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_EQ(value_of(found[0], "max_calls_per_hour"), "603");
}

TEST_F(JudgeTraffic, AnExcessResolvesWhenAWholeHourWasBelow)
{
    policy.entries = {entry_to({"US"}, 10)};
    report({});
    now += 1min;
    report({{trunk_to("US"), answered(15)}});
    ASSERT_EQ(tell().size(), 1U);
    nothing_for(115min);
    EXPECT_EQ(tell().size(), 1U);
    nothing_for(15min);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeTraffic, AThiefWhoSpreadsOverCountriesAndConnectionsPassesTheLimitOfTheEntry)
{
    policy.entries = {entry_to({"US", "CA", "GB", "FR"}, 100)};
    report({});
    now += 1min;
    report({{trunk_to("US", "1"), answered(30)},
            {trunk_to("CA", "2"), answered(30)},
            {trunk_to("GB", "3"), answered(35)},
            {trunk_to("FR", "4"), answered(30)}});
    const auto found = tell();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "sip-trunking/3/GB") << "the heaviest";
    EXPECT_EQ(value_of(found[0], "connection_id"), several_senders);
    EXPECT_EQ(value_of(found[0], "max_calls_per_hour"), "125");
    EXPECT_NE(found[0].note.find("together with 3 others of the same entry 125"), std::string::npos)
        << found[0].note;
    now += 1min;
    report({{trunk_to("US", "1"), answered(60)},
            {trunk_to("CA", "2"), answered(30)},
            {trunk_to("GB", "3"), answered(35)},
            {trunk_to("FR", "4"), answered(30)}});
    const auto again = tell();
    ASSERT_EQ(again.size(), 2U) << "what was told stays until a whole hour was below";
    EXPECT_EQ(again[0].id, "sip-trunking/1/US") << "without what this one grew by, the limit holds";
    EXPECT_EQ(value_of(again[0], "connection_id"), "1");
    EXPECT_EQ(again[1].id, "sip-trunking/3/GB");
}

TEST_F(JudgeTraffic, EachLaneThatPassesALimitAloneHasItsOwnFinding)
{
    policy.entries = {entry_to({"US", "CA", "GB"}, 100)};
    report({});
    now += 1min;
    report({{trunk_to("US"), answered(150)}, {trunk_to("CA"), answered(120)}, {trunk_to("GB"), answered(1)}});
    EXPECT_EQ(judge().size(), 2U);
}

TEST_F(JudgeTraffic, CostAndMinutesHaveLimitsToo)
{
    auto& entry = policy.entries.front();
    entry.max_cost_per_hour = parse_amount("15.00");
    entry.max_minutes_per_hour = 60;
    report({});
    now += 1min;
    report({{trunk_to("US"), answered(60, "15.00")}});
    EXPECT_TRUE(judge().empty());
    now += 1min;
    report({{trunk_to("US"), answered(61, "15.01")}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(value_of(found[0], "max_cost_per_hour"), "15.01");
    EXPECT_EQ(value_of(found[0], "max_minutes_per_hour"), "61");
}

TEST_F(JudgeTraffic, TrafficOutsideOfTheHoursIsNotCovered)
{
    policy.entries.front().hours = parse_weekly_hours("Mon..Fri 07:00-20:00 UTC").value();
    now = parse_time("2026-11-27T19:30:00Z").value();  // a Friday
    report({{trunk_to("US"), answered(5)}});
    EXPECT_TRUE(judge().empty());
    now = parse_time("2026-11-27T20:05:00Z").value();
    report({});
    EXPECT_TRUE(judge().empty());
    now += 1min;
    report({{trunk_to("US"), answered(1)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].kind, deviation_kind::unknown);
    EXPECT_EQ(found[0].level, severity::high);
    EXPECT_NE(found[0].note.find("outside of the hours of line 7 of the baseline, Mon..Fri 07:00-20:00 UTC"),
              std::string::npos)
        << found[0].note;
}

// A call that began before closing time and is rated after it.
TEST_F(JudgeTraffic, ACallBelongsToTheHourInWhichItBegan)
{
    policy.entries.front().hours = parse_weekly_hours("Mon..Fri 07:00-20:00 UTC").value();
    now = parse_time("2026-11-27T21:00:00Z").value();
    report({});
    const auto late = call(trunk_to("US"), "+13125550100", 3900);
    record.add_details(std::vector{late}, now);
    EXPECT_TRUE(judge().empty()) << "it began at 19:55";
    const auto later = call(trunk_to("US"), "+13125550100", 3000);
    record.add_details(std::vector{later}, now);
    EXPECT_EQ(judge().size(), 1U) << "it began at 20:10";
}

TEST_F(JudgeTraffic, UncoveredTrafficStaysForADay)
{
    report({});
    now += 1min;
    report({{trunk_to("LV"), refused(3)}});
    ASSERT_EQ(tell().size(), 1U);
    nothing_for(23h);
    EXPECT_EQ(tell().size(), 1U);
    nothing_for(62min);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeTraffic, ARestartTakesNothingBack)
{
    report({{trunk_to("LV"), refused(3)}});
    tell();
    record = {};
    now += 1h;
    EXPECT_EQ(tell().size(), 1U) << "nothing was read";
    nothing_for(23h);
    EXPECT_EQ(tell().size(), 1U);
    nothing_for(62min);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeTraffic, APauseInTheReadingsIsNoCleanHour)
{
    policy.entries = {entry_to({"US"}, 10)};
    report({});
    now += 1min;
    report({{trunk_to("US"), answered(15)}});
    tell();
    now += 3h;
    report({});
    EXPECT_EQ(tell().size(), 1U);
    nothing_for(61min);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeTraffic, AnEntryThatIsWrittenForItEndsTheFinding)
{
    report({{trunk_to("LV"), answered(3)}});
    ASSERT_EQ(tell().size(), 1U);
    policy.entries.push_back(entry_to({"LV"}));
    EXPECT_TRUE(tell().empty());
    policy.entries.back().expires = fakes::today - std::chrono::days(1);
    const auto found = tell();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].note.find("has expired"), std::string::npos) << found[0].note;
}

TEST_F(JudgeTraffic, DetailsWinWhereTheyAreWholeAndShowAllCallsOfALane)
{
    std::vector<detail_record> calls;
    for (int i = 0; i < 40; ++i)
        calls.push_back(call(trunk_to("JM"), fmt::format("+1876555{:04}", i)));
    for (int i = 0; i < 60; ++i)
        calls.push_back(call(trunk_to("US"), fmt::format("+1312555{:04}", i)));
    record.add_details(calls, now);
    report({{trunk_to(""), answered(40)}, {trunk_to("US"), answered(60)}});
    EXPECT_EQ(judge().size(), 2U) << "records may be missing";
    record.note_all_details(traffic_product::sip_trunking);
    auto found = judge();
    ASSERT_EQ(found.size(), 1U) << "+1 876 is no country to the report";
    EXPECT_EQ(found[0].id, "sip-trunking/1293384261075731499/JM");
    now += 1min;
    report({{trunk_to("LV"), refused(5)}, {trunk_to(""), answered(40)}, {trunk_to("US"), answered(60)}});
    found = judge();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(std::ranges::any_of(found, [](const deviation& some) { return some.id.ends_with("LV"); }))
        << "the report shows attempts that no record has";
}

TEST_F(JudgeTraffic, CountsCallsInARowAndLongOnes)
{
    auto& entry = policy.entries.front();
    entry.max_calls_to_one_number = 10;
    entry.max_call_minutes = 120;
    std::vector<detail_record> calls;
    for (int i = 0; i < 10; ++i)
        calls.push_back(call(trunk_to("US", i % 2 == 0 ? "1" : "2"), "+13125550100"));
    calls.push_back(call(trunk_to("US"), "", 60));
    record.add_details(calls, now);
    EXPECT_TRUE(judge().empty());
    now += 1min;
    record.add_details(std::vector{call(trunk_to("US", "2"), "+13125550100")}, now);
    record.add_details(std::vector{call(trunk_to("US", "3"), "+13125550177", 7201)}, now);
    const auto found = judge();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(value_of(found[0], "max_calls_to_one_number") + value_of(found[1], "max_calls_to_one_number"),
              "11none");
    for (const auto& deviation : found) {
        EXPECT_NE(deviation.note.find("+1312555****"), std::string::npos) << deviation.note;
        EXPECT_EQ(deviation.note.find("0100"), std::string::npos) << "the whole number is nobody's business";
    }
    EXPECT_NE(found[0].note.find("2 h") == found[1].note.find("2 h"), true);
}

TEST_F(JudgeTraffic, ManyLightFindingsHideNoHeavyOne)
{
    std::vector<std::pair<traffic_lane, traffic_sum>> sums;
    for (int i = 0; i < 300; ++i)
        sums.emplace_back(trunk_to("FR", fmt::format("{}", 1000 + i)), answered(1));
    report(sums);
    auto found = tell();
    ASSERT_EQ(found.size(), most_traffic_findings + 1);
    EXPECT_EQ(found.back().id, more_traffic);
    EXPECT_TRUE(found.back().note.starts_with("200 more")) << found.back().note;
    now += 1min;
    sums.emplace_back(trunk_to("LV", "9999"), answered(500, "300.00"));
    report(sums);
    found = tell();
    EXPECT_EQ(found.front().id, "sip-trunking/9999/LV");
    EXPECT_EQ(found.size(), most_traffic_findings + 2) << "none that was told is taken back";
}

TEST_F(JudgeTraffic, ASumOverADayIsNoRate)
{
    policy.entries = {entry_to({"US", "GB"}, 100)};
    const std::vector<usage_row> rows{{trunk_to("US"), fakes::today, answered(600)},
                                      {trunk_to("LV"), fakes::today, refused(1)}};
    record.add_report(traffic_product::sip_trunking, rows, 24h, now);
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U) << "600 calls in 12.5 hours are 48 in one of them, at the least";
    EXPECT_EQ(found[0].kind, deviation_kind::unknown) << "one attempt to a country is proof, whenever it was";
}

TEST_F(JudgeTraffic, AFullHourOfAReportCountsForThatHour)
{
    policy.entries = {entry_to({"US"}, 100)};
    const std::vector<usage_row> rows{{trunk_to("US"), fakes::noon - 1h, answered(90)},
                                      {trunk_to("US"), fakes::noon, answered(60)}};
    record.add_report(traffic_product::sip_trunking, rows, 1h, now);
    EXPECT_TRUE(judge().empty()) << "no hour had more than 100, as far as is known";
    const std::vector<usage_row> busy{{trunk_to("US"), fakes::noon - 1h, answered(101)}};
    record = {};
    record.add_report(traffic_product::sip_trunking, busy, 1h, now);
    EXPECT_EQ(judge().size(), 1U);
}

TEST_F(JudgeTraffic, AConnectionThatIsNotInTheReportBlamesNobody)
{
    policy.entries.front().connection_id = office_trunk;
    report({{trunk_to("US", std::string(not_in_report)), answered(5)}});
    EXPECT_TRUE(judge().empty());
    report({{trunk_to("LV", std::string(not_in_report)), answered(5)}});
    const auto found = judge();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(value_of(found[0], "connection_id"), "none");
}

}  // namespace
}  // namespace trunkwarden
