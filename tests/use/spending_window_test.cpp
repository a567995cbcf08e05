#include "use/spending_window.hpp"

#include <gtest/gtest.h>

#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using fakes::minutely;
using fakes::money;

amount most_in(const minutely& at, std::chrono::seconds length, std::optional<amount> charge = {})
{
    return spending_windows(at.record, charge).most_within(length, at.now - length).spent;
}

TEST(SpendingWindow, SlidesOverTheReadings)
{
    minutely at;
    at.read("300.00").read("299.00").read("297.00").read("294.00");
    EXPECT_EQ(most_in(at, 60s), money("3.00"));
    EXPECT_EQ(most_in(at, 120s), money("5.00"));
    EXPECT_EQ(most_in(at, 1h), money("6.00"));
    at.wait(1);
    EXPECT_EQ(most_in(at, 60s), amount{}) << "the last minute was clean";
    EXPECT_EQ(most_in(at, 1h), money("6.00"));
    at.wait(58);
    EXPECT_EQ(most_in(at, 1h), money("6.00")) << "an hour that ended within the last one";
    at.wait(5);
    EXPECT_EQ(most_in(at, 1h), amount{});
}

TEST(SpendingWindow, TakesReadingsThatAreNotMadeToTheSecond)
{
    minutely at;
    at.read("300.00").read("255.00", 60'400ms).read("210.00", 59'700ms);
    EXPECT_EQ(most_in(at, 60s), money("45.00"));
}

TEST(SpendingWindow, CountsTwoReadingsOfOneMinuteTogether)
{
    minutely at;
    at.read("300.00").read("280.00", 30s).read("255.00", 30s);
    EXPECT_EQ(most_in(at, 60s), money("45.00"));
}

// Thirty minutes unread, and 60 less: some minute had 2 at least. That is all that is known.
TEST(SpendingWindow, TakesAPauseForWhatItProves)
{
    minutely at;
    at.read("300.00").read("240.00", 30min);
    EXPECT_EQ(most_in(at, 60s), money("2.00"));
    EXPECT_EQ(most_in(at, 1h), money("60.00"));
    EXPECT_EQ(spending_windows(at.record, {}).on(fakes::today), money("60.00"));
    at.read("239.00");
    EXPECT_EQ(most_in(at, 60s), money("1.00")) << "the pause did not end within this minute";
    minutely days(fakes::noon - 72h);
    days.read("300.00").read("240.00", 72h);
    EXPECT_EQ(spending_windows(days.record, {}).on(fakes::today), money("15.00")) << "four days share it";
}

TEST(SpendingWindow, LeavesOutOneFallADayUpToTheSingleCharge)
{
    minutely at;
    at.read("300.00").read("298.00").read("243.00").read("242.00");
    EXPECT_EQ(most_in(at, 1h, money("60.00")), money("3.00"));
    EXPECT_EQ(spending_windows(at.record, money("60.00")).on(fakes::today), money("3.00"));
    at.read("190.00");
    EXPECT_EQ(most_in(at, 1h, money("60.00")), money("55.00")) << "the second one counts";
    EXPECT_EQ(most_in(at, 1h, money("54.00")), money("58.00")) << "the larger one is no single charge";
    EXPECT_EQ(most_in(at, 1h, money("1.50")), money("109.00"));
}

TEST(SpendingWindow, LeavesOutAnotherFallTheNextDay)
{
    minutely at(fakes::today + 23h + 58min);
    at.read("300.00").read("250.00").read("200.00").read("150.00");
    EXPECT_EQ(most_in(at, 1h, money("60.00")), money("50.00"));
}

TEST(SpendingWindow, ADayIsOneOfTheUtcCalendar)
{
    minutely at(fakes::today + 23h + 58min);
    at.read("300.00").read("290.00").read("270.00").read("240.00");
    const spending_windows windows(at.record, {});
    EXPECT_EQ(windows.on(fakes::today), money("10.00"));
    EXPECT_EQ(windows.on(fakes::today + std::chrono::days(1)), money("50.00"));
}

TEST(SpendingWindow, CountsTopUps)
{
    minutely at;
    at.read("10.00").read("110.00").read("60.00").read("160.00");
    EXPECT_EQ(spending_windows(at.record, {}).top_ups_on(fakes::today), 2U);
    EXPECT_EQ(spending_windows(at.record, {}).top_ups_on(fakes::today + std::chrono::days(1)), 0U);
}

TEST(SpendingWindow, SaysHowLongTheMoneyLasts)
{
    minutely at;
    at.read("300.00").wait(20);
    EXPECT_FALSE(lasts_for(at.record, at.now)) << "nothing is spent";
    at.read("255.00").read("210.00");
    EXPECT_EQ(lasts_for(at.record, at.now), 280s) << "45 a minute";
    at.read("-5.00");
    EXPECT_FALSE(lasts_for(at.record, at.now)) << "it is gone";
    minutely rich;
    rich.read("999999999.00").read("999999998.99");
    EXPECT_FALSE(lasts_for(rich.record, rich.now)) << "no end in sight";
}

}  // namespace
}  // namespace trunkwarden
