#include "use/propose_use.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::money;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr day november = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);

class ProposeUse : public testing::Test {
protected:
    ProposeUse()
    {
        seen.since = november;
        seen.until = november + std::chrono::days(31);
        seen.has_all_details = true;
    }

    void used(std::string_view country, std::chrono::hours at, std::uint64_t calls, std::string_view cost,
              traffic_product product = traffic_product::sip_trunking)
    {
        seen.rows.push_back({{product, "1293", std::string(country)},
                             november + at,
                             {calls, calls, calls * 120, money(cost)}});
    }

    void called(std::string number, std::uint64_t seconds)
    {
        detail_record made;
        made.id = fmt::format("{}", seen.details.size());
        made.lane = {traffic_product::sip_trunking, "1293", "US"};
        made.number = std::move(number);
        made.started = november + 10h;
        made.seconds = seconds;
        seen.details.push_back(std::move(made));
    }

    seen_use seen;
};

TEST_F(ProposeUse, TakesTheBusiestHourTwiceAndRoundsUp)
{
    used("US", 10h, 140, "4.10");
    used("CA", 10h, 3, "0.10");
    used("US", 34h, 20, "0.40");
    const auto out = propose_use(seen);
    ASSERT_EQ(out.traffic.entries.size(), 1U);
    const auto& entry = out.traffic.entries.front();
    EXPECT_EQ(entry.product, traffic_product::sip_trunking);
    EXPECT_EQ(entry.connection_id, "1293");
    EXPECT_THAT(entry.destinations, ElementsAre("CA", "US"));
    EXPECT_EQ(entry.max_calls_per_hour, 290U);
    EXPECT_EQ(entry.max_minutes_per_hour, 580U);
    EXPECT_EQ(entry.max_cost_per_hour, money("9.00"));
    EXPECT_THAT(out.traffic_figures,
                ElementsAre(HasSubstr("31 days had 143 calls, 286 minutes, and cost 4.20")));
    EXPECT_THAT(out.traffic_figures.front(), HasSubstr("2026-11-01T10:00Z"));
    EXPECT_EQ(out.spending.max_per_hour, money("9.00"));
    EXPECT_EQ(out.spending.max_per_minute, money("3.00"));
    EXPECT_EQ(out.spending.max_per_day, money("10.00"));
    EXPECT_THAT(out.spending_figures,
                HasSubstr("the dearest hour of 31 days cost 4.20, the dearest day 4.20"));
    EXPECT_THAT(out.not_proposed, IsEmpty());
}

TEST_F(ProposeUse, LeavesRoomForOneBusyPerson)
{
    used("US", 10h, 1, "0.01");
    const auto out = propose_use(seen);
    const auto& entry = out.traffic.entries.at(0);
    EXPECT_EQ(entry.max_calls_per_hour, 20U);
    EXPECT_EQ(entry.max_minutes_per_hour, 60U);
    EXPECT_EQ(entry.max_calls_to_one_number, 10U);
    EXPECT_EQ(entry.max_call_minutes, 120U);
    EXPECT_LE(*out.spending.max_per_minute, *out.spending.max_per_hour);
    EXPECT_LE(*out.spending.max_per_hour, *out.spending.max_per_day);
    EXPECT_LE(*out.spending.max_single_charge, *out.spending.max_per_day);
}

TEST_F(ProposeUse, LooksAtNumbersAndLongCallsOnlyWhereAllRecordsWereRead)
{
    used("US", 10h, 8, "0.10");
    for (int nth = 0; nth < 8; ++nth)
        called("+13125550100", nth == 0 ? 5400 : 60);
    EXPECT_EQ(propose_use(seen).traffic.entries.at(0).max_calls_to_one_number, 16U);
    EXPECT_EQ(propose_use(seen).traffic.entries.at(0).max_call_minutes, 180U);
    seen.has_all_details = false;
    const auto out = propose_use(seen);
    EXPECT_EQ(out.traffic.entries.at(0).max_calls_to_one_number, std::nullopt);
    EXPECT_EQ(out.traffic.entries.at(0).max_call_minutes, std::nullopt);
    EXPECT_THAT(out.not_proposed, ElementsAre(HasSubstr("more records than were read")));
}

TEST_F(ProposeUse, TrustsNoTrafficWithoutItsCountries)
{
    used(not_in_report, 10h, 5, "0.10");
    const auto out = propose_use(seen);
    EXPECT_FALSE(out.traffic.present);
    EXPECT_THAT(out.not_proposed, ElementsAre(HasSubstr("do not say which countries")));
}

TEST_F(ProposeUse, GivesMessagesNoMinutes)
{
    used("US", 10h, 500, "2.00", traffic_product::messaging);
    const auto entry = propose_use(seen).traffic.entries.at(0);
    EXPECT_EQ(entry.max_calls_per_hour, 1000U);
    EXPECT_EQ(entry.max_minutes_per_hour, std::nullopt);
}

TEST_F(ProposeUse, LimitsTheCallsThatAnApplicationMakesAtTheSameTime)
{
    used("US", 10h, 300, "9.00", traffic_product::call_control);  // 600 minutes: ten at the same time
    used("US", 34h, 3, "0.10", traffic_product::call_control);
    used("US", 10h, 500, "9.00");
    const auto out = propose_use(seen);
    ASSERT_EQ(out.active_calls.limits.size(), 1U) << "of a trunk nobody knows whether it shows its calls";
    EXPECT_TRUE(out.active_calls.present);
    EXPECT_EQ(out.active_calls.limits.front().connection_id, "1293");
    EXPECT_EQ(out.active_calls.limits.front().max_calls, 40U);
    EXPECT_EQ(out.active_calls.limits.front().max_call_minutes, 120U);
    EXPECT_THAT(out.calls_figures,
                ElementsAre(HasSubstr("busiest hour of 31 days lasted 600 minutes, so that about 20 ran")));
    seen.has_all_details = false;
    EXPECT_EQ(propose_use(seen).active_calls.limits.front().max_call_minutes, std::nullopt);
}

TEST_F(ProposeUse, LimitsNoApplicationThatMadeNoCall)
{
    used("US", 10h, 1, "0.01", traffic_product::call_control);
    EXPECT_EQ(propose_use(seen).active_calls.limits.at(0).max_calls, 10U) << "room for one busy person";
    seen.rows.front().lane.connection = "";
    EXPECT_FALSE(propose_use(seen).active_calls.present) << "nobody knows which";
}

TEST_F(ProposeUse, ProposesNothingThatABaselineRefuses)
{
    used("US", 10h, 2, "0.10");
    called("+13125550100", 13 * 3600);
    EXPECT_EQ(propose_use(seen).traffic.entries.at(0).max_call_minutes, 1440U) << "a day is the most";
}

TEST_F(ProposeUse, CountsTopUpsByWhatADayMayCost)
{
    used("US", 10h, 140, "30.00");
    EXPECT_EQ(propose_use(seen).spending.max_top_ups_per_day, std::nullopt);
    seen.recharge_by = whole_units(50);
    EXPECT_EQ(propose_use(seen).spending.max_top_ups_per_day, 2U);
}

TEST_F(ProposeUse, ProposesNothingWhereNothingWasUsed)
{
    const auto out = propose_use(seen);
    EXPECT_FALSE(out.traffic.present);
    EXPECT_FALSE(out.spending.present);
    EXPECT_THAT(out.not_proposed, IsEmpty());
}

}  // namespace
}  // namespace trunkwarden
