#include "use/traffic_record.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "use/traffic_days.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::answered;
using fakes::refused;
using fakes::trunk_to;

class TrafficRecord : public testing::Test, protected fakes::read_traffic_record {
protected:
    traffic_sum all_reported() const
    {
        traffic_sum out;
        for (const auto& [lane, known] : record.lanes())
            for (const auto& slot : known.reported)
                out += slot.sum;
        return out;
    }
    traffic_sum all_detailed() const
    {
        traffic_sum out;
        for (const auto& [lane, known] : record.lanes())
            for (const auto& slot : known.detailed)
                out += slot.sum;
        return out;
    }
};

TEST_F(TrafficRecord, CountsTheIncreaseOfAReport)
{
    report({{trunk_to("US"), answered(10, "0.10")}});
    now += 1min;
    report({{trunk_to("US"), answered(10, "0.10")}});
    now += 1min;
    report({{trunk_to("US"), answered(15, "0.20")}});
    EXPECT_EQ(all_reported().attempts, 15U) << "a report that repeats itself shows nothing new";
    EXPECT_EQ(all_reported().cost, parse_amount("0.20"));
}

TEST_F(TrafficRecord, SaysThatAReportShrank)
{
    report({{trunk_to("US"), answered(10)}});
    now += 1min;
    const auto said = report({{trunk_to("US"), answered(4)}});
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0],
              "the usage report of sip-trunking/1293384261075731499/US went back from 10 attempts to 4");
    now += 1min;
    EXPECT_TRUE(report({{trunk_to("US"), answered(11)}}).empty());
    EXPECT_EQ(all_reported().attempts, 11U) << "neither lost nor counted twice";
}

TEST_F(TrafficRecord, SaysThatARowVanished)
{
    report({{trunk_to("US"), answered(10)}});
    now += 1min;
    EXPECT_EQ(report({}).size(), 1U);
    now += 1h;
    EXPECT_TRUE(report({}).empty()) << "a new hour begins without rows";
}

TEST_F(TrafficRecord, AReportThatLagsCountsWhenItComes)
{
    report({});
    now += 40min;  // 13:10
    report({});
    now += 1min;
    const std::vector<usage_row> late{{trunk_to("LV"), fakes::noon, refused(412)}};
    record.add_report(traffic_product::sip_trunking, late, 1h, now);
    const auto& slots = record.lanes().at(trunk_to("LV")).reported;
    ASSERT_EQ(slots.size(), 1U);
    EXPECT_EQ(slots[0].end, now) << "it was told now";
    EXPECT_EQ(slots[0].begin, now - 1min);
    EXPECT_EQ(slots[0].first, fakes::noon) << "and began between noon and one";
    EXPECT_EQ(slots[0].last, fakes::noon + 1h);
}

TEST_F(TrafficRecord, ARowThatStandsThereTwiceCountsOnce)
{
    report({{trunk_to("US"), answered(10)},
            {trunk_to("US"), answered(10)},
            {trunk_to(""), answered(1)},
            {trunk_to(""), answered(2)}});
    EXPECT_EQ(all_reported().attempts, 13U) << "two countries that are not known are two";
}

TEST_F(TrafficRecord, ARecordThatIsReadAgainCountsOnce)
{
    const std::vector calls{call(trunk_to("US"), "+13125550100"), call(trunk_to("US"), "+13125550101")};
    EXPECT_EQ(record.add_details(calls, now), 2U);
    EXPECT_EQ(record.add_details(calls, now), 0U);
    now += 20h;
    EXPECT_EQ(record.add_details(calls, now), 0U);
    now += 10h;
    EXPECT_EQ(record.add_details(calls, now), 0U) << "too old to be known by its id, and so too old to count";
    EXPECT_EQ(all_detailed().attempts, 0U) << "and forgotten";
}

TEST_F(TrafficRecord, ACostThatIsRatedLaterCountsThen)
{
    auto late = call(trunk_to("LV"), "+37190000123");
    late.cost = {};
    EXPECT_EQ(record.add_details(std::vector{late}, now), 1U);
    now += 2min;
    late.cost = parse_amount("3.05").value();
    EXPECT_EQ(record.add_details(std::vector{late}, now), 1U) << "that is news";
    EXPECT_EQ(record.add_details(std::vector{late}, now), 0U);
    EXPECT_EQ(all_detailed(), (traffic_sum{1, 1, 60, parse_amount("3.05").value()}));
}

TEST_F(TrafficRecord, TenThousandCallsAMinuteStayWithinItsBounds)
{
    for (int minute = 0; minute < 5; ++minute) {
        std::vector<detail_record> calls;
        for (int i = 0; i < 10'000; ++i)
            calls.push_back(call(trunk_to("US"), fmt::format("+1312{:07}", i)));
        record.add_details(calls, now);
        now += 1min;
    }
    EXPECT_LE(record.recent().size(), traffic_record::most_recent);
    EXPECT_EQ(all_detailed().attempts, 50'000U) << "sums need no ids";
    EXPECT_GT(record.details_since(now), now - 1h) << "older calls would count twice";
}

TEST_F(TrafficRecord, KeepsTheHeaviestLanes)
{
    std::vector<std::pair<traffic_lane, traffic_sum>> sums;
    for (std::size_t i = 0; i < traffic_record::most_lanes; ++i)
        sums.emplace_back(trunk_to("US", fmt::format("{:05}", i)), answered(1));
    report(sums);
    EXPECT_EQ(record.lanes_without_room(), 0U);
    now += 1min;
    report({{trunk_to("LV", "thief"), refused(1)}, {trunk_to("US", "light"), answered(1)}});
    EXPECT_EQ(record.lanes().size(), traffic_record::most_lanes);
    EXPECT_TRUE(record.lanes().contains(trunk_to("LV", "thief"))) << "calls there cost dearly";
    EXPECT_FALSE(record.lanes().contains(trunk_to("US", "light")));
    EXPECT_EQ(record.lanes_without_room(), 2U);
    EXPECT_TRUE(record.had_no_room(now));
    EXPECT_FALSE(record.had_no_room(now + traffic_record::kept_for));
}

TEST_F(TrafficRecord, KnowsSinceWhenItWasReadWithoutAPause)
{
    EXPECT_FALSE(record.read_since(traffic_product::sip_trunking));
    report({});
    const auto first = now;
    nothing_for(30min);
    EXPECT_EQ(record.read_since(traffic_product::sip_trunking), first);
    now += 6min;
    report({});
    EXPECT_EQ(record.read_since(traffic_product::sip_trunking), now);
    EXPECT_FALSE(record.read_since(traffic_product::fax));
}

TEST_F(TrafficRecord, AClockThatIsSetBackForgetsTheFuture)
{
    report({});
    now += 2h;
    report({{trunk_to("US"), answered(5)}});
    now -= 2h;
    record.set_back_to(now);
    EXPECT_EQ(all_reported().attempts, 0U);
    EXPECT_FALSE(record.read_since(traffic_product::sip_trunking)) << "nobody knows how long ago that was";
    report({{trunk_to("US"), answered(7)}});
    EXPECT_EQ(all_reported().attempts, 7U);
}

TEST_F(TrafficRecord, TotalsBeginWithTheProcess)
{
    report({{trunk_to("US"), answered(100, "5.00")}});
    EXPECT_TRUE(record.totals().empty()) << "it was there before";
    now += 1min;
    report({{trunk_to("US"), answered(130, "6.00")}});
    record.add_details(std::vector{call(trunk_to("US"), "+13125550100")}, now);
    const auto sum = record.totals().at({traffic_product::sip_trunking, "US"});
    EXPECT_EQ(sum.attempts, 30U) << "the larger of both sources";
    EXPECT_EQ(sum.cost, whole_units(1));
}

TEST_F(TrafficRecord, ALaneWithoutRoomCountsOnceHoweverOftenItIsRead)
{
    std::vector<std::pair<traffic_lane, traffic_sum>> sums;
    for (std::size_t i = 0; i < traffic_record::most_lanes; ++i)
        sums.emplace_back(trunk_to("US", fmt::format("{:05}", i)), answered(2));
    report(sums);
    for (int minute = 0; minute < 5; ++minute) {
        now += 1min;
        report({{trunk_to("US", "light"), answered(1)}, {trunk_to("US", "lighter"), refused(1)}});
    }
    EXPECT_EQ(record.lanes_without_room(), 2U);
}

TEST_F(TrafficRecord, GivesUpTheLightestLaneAsItIsByThen)
{
    std::vector<std::pair<traffic_lane, traffic_sum>> sums;
    for (std::size_t i = 0; i < traffic_record::most_lanes; ++i)
        sums.emplace_back(trunk_to("US", fmt::format("{:05}", i)), answered(10 + i));
    report(sums);
    now += 1min;
    report({{trunk_to("US", "!first"), answered(5000)},
            {trunk_to("US", "00001"), answered(9000)},
            {trunk_to("US", "z1"), answered(5000)},
            {trunk_to("US", "z2"), answered(5000)}});
    EXPECT_TRUE(record.lanes().contains(trunk_to("US", "00001"))) << "it grew within the same page";
    EXPECT_TRUE(record.lanes().contains(trunk_to("US", "z2")));
    EXPECT_FALSE(record.lanes().contains(trunk_to("US", "00000")));
    EXPECT_FALSE(record.lanes().contains(trunk_to("US", "00002")));
    EXPECT_EQ(record.lanes().size(), traffic_record::most_lanes);
}

TEST(TrafficSum, OfNumbersThatLieDoesNotWrap)
{
    traffic_sum sum{most_counted, 1, most_counted - 1, {}};
    sum += {std::numeric_limits<std::uint64_t>::max(), 1, 5, {}};
    EXPECT_EQ(sum, (traffic_sum{most_counted, 2, most_counted, {}}));
}

}  // namespace
}  // namespace trunkwarden
