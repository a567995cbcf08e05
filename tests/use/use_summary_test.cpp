#include "use/use_summary.hpp"

#include <gtest/gtest.h>

#include "use/spending_window.hpp"
#include "use/traffic_days.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class MoneySummary : public testing::Test {
protected:
    void has(std::int64_t dollars, std::chrono::minutes later = 1min)
    {
        now += later;
        record.add(now, {whole_units(dollars), "USD"}, {}, pause);
    }
    money_summary summary() const { return money_in(record, pause, now).value(); }

    static constexpr std::chrono::milliseconds pause = 2min + reading_slack;
    time_point now = time_point{} + std::chrono::hours(498'000);  // midnight, UTC
    spending_record record;
};

TEST_F(MoneySummary, IsNotThereWithoutAReading)
{
    EXPECT_FALSE(money_in(record, pause, now));
}

TEST_F(MoneySummary, SumsTheHoursAndTheDay)
{
    has(300);
    has(290);
    for (int minute = 0; minute < 120; ++minute)
        has(290);
    has(245);
    const auto shown = summary();
    EXPECT_EQ(shown.available, whole_units(245));
    EXPECT_EQ(shown.last_day, whole_units(55));
    EXPECT_EQ(shown.today, whole_units(55));
    ASSERT_EQ(shown.spent_by_hour.size(), 3U);
    EXPECT_EQ(shown.spent_by_hour.front(), 10.0);
    EXPECT_EQ(shown.spent_by_hour.back(), 45.0);
    EXPECT_FALSE(shown.has_pauses);
}

TEST_F(MoneySummary, SaysWhenTheBalanceIsGoneAtTheRateOfTheLastMinutes)
{
    has(300);
    EXPECT_FALSE(summary().lasts) << "nothing was spent";
    has(240);
    ASSERT_TRUE(summary().lasts);
    EXPECT_EQ(for_people(*summary().lasts), for_people(4min));
}

TEST_F(MoneySummary, SaysThatTheBalanceWasNotReadThroughout)
{
    has(300);
    has(290, 90min);
    EXPECT_TRUE(summary().has_pauses);
}

class CallsByCountry : public testing::Test, protected fakes::read_traffic_record {};

TEST_F(CallsByCountry, AreNoneOfAnEmptyRecord)
{
    EXPECT_TRUE(calls_by_country(record, now).empty());
}

TEST_F(CallsByCountry, AddConnectionsTogetherAndShowTheMostFirst)
{
    report({{fakes::trunk_to("US"), fakes::answered(3, "0.30")},
            {fakes::trunk_to("LV"), fakes::refused(40)},
            {fakes::trunk_to("US", "other"), fakes::answered(2, "0.20")},
            {fakes::trunk_to(""), fakes::refused(1)}});
    now += 1min;
    const auto seen = calls_by_country(record, now);
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].country, "LV");
    EXPECT_EQ(seen[0].calls, 40U);
    EXPECT_EQ(seen[1].country, "US");
    EXPECT_EQ(seen[1].calls, 5U);
    EXPECT_EQ(to_text(seen[1].cost), "0.50");
    EXPECT_EQ(seen[2].country, "unknown");
}

TEST_F(CallsByCountry, ForgetWhatIsOlderThanAnHour)
{
    report({{fakes::trunk_to("LV"), fakes::refused(40)}});
    now += 3h;
    EXPECT_TRUE(calls_by_country(record, now).empty());
}

TEST_F(MoneySummary, SaysThatTheBalanceIsNotReadAnyMore)
{
    has(300);
    has(290);
    now += pause;
    EXPECT_FALSE(summary().has_pauses);
    now += 1ms;
    EXPECT_TRUE(summary().has_pauses) << "more may be spent since then";
}

TEST_F(MoneySummary, HasTheSumsOfItsOwnCurrency)
{
    const auto has_euros = [this](std::int64_t euros) {
        now += 1min;
        record.add(now, {whole_units(euros), "EUR"}, {}, pause);
    };
    has(300);
    has(250);
    has_euros(200);
    has_euros(190);
    const auto shown = summary();
    EXPECT_EQ(shown.currency, "EUR");
    EXPECT_EQ(shown.today, whole_units(10));
    EXPECT_EQ(shown.last_day, whole_units(10));
    EXPECT_EQ(shown.spent_by_hour.back(), 10.0);
    EXPECT_TRUE(shown.has_pauses) << "more was spent, in the other";
}

}  // namespace
}  // namespace trunkwarden
