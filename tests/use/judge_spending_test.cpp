#include "use/judge_spending.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::minutely;
using fakes::money;

class JudgeSpending : public testing::Test {
protected:
    JudgeSpending() { policy.present = true; }

    std::vector<deviation> judged()
    {
        return judge_spending(resource_of(resource_role::spending), policy, at.record, told, 60s);
    }

    // The excesses that are found now count as reported from now.
    std::vector<deviation> tell()
    {
        auto found = judged();
        std::vector<told_excess> next;
        for (const auto& deviation : found) {
            auto since = at.now;
            for (const auto& before : told)
                since = before.deviation.id == deviation.id ? before.since : since;
            next.push_back({deviation, since});
        }
        told = std::move(next);
        return found;
    }

    spending_policy policy;
    minutely at;
    std::vector<told_excess> told;
};

TEST_F(JudgeSpending, SaysNothingWithinTheLimits)
{
    policy.max_per_minute = money("3.00");
    policy.max_per_hour = money("25.00");
    policy.max_per_day = money("120.00");
    policy.max_top_ups_per_day = 1;
    policy.min_available_credit = money("50.00");
    EXPECT_TRUE(judged().empty()) << "nothing was read yet";
    at.read("300.00").read("297.00");
    EXPECT_TRUE(judged().empty()) << "as much as the limit is not above it";
}

TEST_F(JudgeSpending, SaysTheAmountTheSpanTheLimitAndHowLongTheMoneyLasts)
{
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("255.00");
    const auto found = judged();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "max_per_minute");
    EXPECT_EQ(found[0].kind, deviation_kind::exceeded);
    EXPECT_EQ(found[0].level, severity::critical);
    ASSERT_EQ(found[0].fields.size(), 1U);
    EXPECT_EQ(found[0].fields[0].expected, "3.00");
    EXPECT_EQ(found[0].fields[0].actual, "45.00");
    EXPECT_EQ(found[0].note,
              "USD 45.00 in the minute to 2026-11-22T12:01:00Z, the most is USD 3.00, since "
              "2026-11-22T12:01:00Z; at this rate the balance of 255.00 is gone in 5 min 40 s");
}

TEST_F(JudgeSpending, IsHighUntilTwiceTheLimit)
{
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("294.00");
    EXPECT_EQ(judged().at(0).level, severity::high);
    at.read("287.99");
    EXPECT_EQ(judged().at(0).level, severity::critical);
}

TEST_F(JudgeSpending, TellsMoreOnlyWhenTheAmountHasDoubledOrTheWeightGrew)
{
    policy.max_per_hour = money("10.00");
    at.read("300.00").read("289.00");
    EXPECT_EQ(tell().at(0).fields[0].actual, "11.00");
    at.read("285.00");
    EXPECT_EQ(tell().at(0).fields[0].actual, "11.00");
    at.read("279.00");
    EXPECT_EQ(tell().at(0).fields[0].actual, "21.00") << "critical by now";
    at.read("260.00");
    EXPECT_EQ(tell().at(0).fields[0].actual, "21.00");
    at.read("257.00");
    const auto doubled = tell();
    EXPECT_EQ(doubled.at(0).fields[0].actual, "43.00");
    EXPECT_NE(doubled.at(0).note.find("since 2026-11-22T12:01:00Z"), std::string::npos) << doubled.at(0).note;
}

TEST_F(JudgeSpending, EndsWhenAWholeSpanWasClean)
{
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("255.00");
    EXPECT_EQ(tell().size(), 1U);
    at.wait(1);
    EXPECT_TRUE(judged().empty());
}

TEST_F(JudgeSpending, KeepsWhatIsOpenAcrossAPauseInTheReadings)
{
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("255.00");
    tell();
    at.read("255.00", 10min);
    EXPECT_EQ(tell().size(), 1U) << "nobody saw the last minute";
    at.wait(1);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeSpending, KeepsWhatIsOpenWhenTheHistoryIsTooShort)
{
    policy.max_per_hour = money("10.00");
    at.read("300.00").read("250.00");
    tell();
    at = minutely(at.now + 1min);
    at.read("250.00").wait(30);
    EXPECT_EQ(tell().size(), 1U);
    at.wait(30);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeSpending, EndsWithItsLimitAndBeginsAnewWithAnother)
{
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("250.00");
    tell();
    policy.max_per_minute = money("60.00");
    EXPECT_TRUE(judged().empty()) << "somebody allows it";
    policy.max_per_minute = money("40.00");
    EXPECT_EQ(judged().at(0).fields[0].expected, "40.00");
    policy.max_per_minute.reset();
    EXPECT_TRUE(judged().empty());
}

TEST_F(JudgeSpending, WorksWithReadingsThatAreRarerThanTheSpan)
{
    policy.max_per_minute = money("3.00");
    at.longest_pause = 11min;
    at.read("300.00").read("200.00", 5min);
    const auto found = judge_spending(resource_of(resource_role::spending), policy, at.record, told, 5min);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].fields[0].actual, "20.00") << "some minute of the five had as much";
    told.push_back({found[0], at.now});
    at.read("200.00", 5min);
    EXPECT_TRUE(judge_spending(resource_of(resource_role::spending), policy, at.record, told, 5min).empty());
}

TEST_F(JudgeSpending, ADayEndsWithTheNextCleanOne)
{
    policy.max_per_day = money("40.00");
    at.read("300.00").read("255.00");
    EXPECT_EQ(tell().at(0).id, "max_per_day");
    EXPECT_EQ(judged().at(0).level, severity::high);
    at.wait(13 * 60);
    EXPECT_EQ(tell().size(), 1U) << "it was yesterday";
    EXPECT_NE(told[0].deviation.note.find("on 2026-11-22 (UTC)"), std::string::npos)
        << told[0].deviation.note;
    at.wait(24 * 60);
    EXPECT_TRUE(tell().empty());
}

TEST_F(JudgeSpending, AnHonestBillIsNoTheft)
{
    policy.max_per_minute = money("3.00");
    policy.max_per_hour = money("25.00");
    policy.max_per_day = money("50.00");
    policy.max_single_charge = money("60.00");
    at.read("300.00").read("299.00").read("244.00").read("243.00");
    EXPECT_TRUE(judged().empty());
    at.read("198.00");
    EXPECT_EQ(judged().size(), 2U) << "the minute and the hour; the day has 47";
}

TEST_F(JudgeSpending, NamesTopUps)
{
    policy.max_top_ups_per_day = 1;
    policy.max_per_minute = money("3.00");
    at.read("300.00").read("400.00");
    EXPECT_TRUE(judged().empty());
    at.read("450.00");
    const auto found = tell();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "max_top_ups_per_day");
    EXPECT_EQ(found[0].fields[0].actual, "2");
    EXPECT_EQ(found[0].note,
              "2 top-ups on 2026-11-22 (UTC), the most is 1, since 2026-11-22T12:02:00Z; 2 "
              "top-ups today, 150.00 together: 1 by hand, card or API");
    at.read("405.00");
    EXPECT_NE(judged().at(0).note.find("150.00 together: 1 by hand"), std::string::npos)
        << "what is spent is told with what came in";
}

TEST_F(JudgeSpending, TellsWhenTooLittleIsLeft)
{
    policy.min_available_credit = money("50.00");
    at.read("300.00").wait(10).read("50.00");
    EXPECT_TRUE(judged().empty());
    at.read("49.99");
    EXPECT_EQ(tell().at(0).level, severity::high);
    EXPECT_EQ(told[0].deviation.fields[0].expected, "50.00");
    EXPECT_EQ(told[0].deviation.fields[0].actual, "49.99");
    EXPECT_NE(told[0].deviation.note.find("USD 49.99 left, the least is USD 50.00"), std::string::npos);
    at.read("24.00");
    EXPECT_EQ(tell().at(0).level, severity::critical);
    at.read("60.00");
    EXPECT_TRUE(tell().empty());
}

}  // namespace
}  // namespace trunkwarden
