#include "use/use_summary.hpp"

#include <gtest/gtest.h>

#include "use/spending_window.hpp"

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

TEST_F(MoneySummary, SaysThatTheBalanceWasNotReadThroughout)
{
    has(300);
    has(290, 90min);
    EXPECT_TRUE(summary().has_pauses);
}

}  // namespace
}  // namespace trunkwarden
