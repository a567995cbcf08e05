#include "support/clock.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace trunkwarden {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr auto morning = sys_days(2026y / November / 22) + 10h + 4s;

TEST(Clock, WritesTimesInUtcWithWholeSeconds)
{
    EXPECT_EQ(rfc3339(morning), "2026-11-22T10:00:04Z");
    EXPECT_EQ(rfc3339(morning + 999ms), "2026-11-22T10:00:04Z");
    EXPECT_EQ(rfc3339(sys_days(2028y / February / 29) + 23h + 59min + 59s), "2028-02-29T23:59:59Z");
}

TEST(Clock, RoundsDownBefore1970Too)
{
    EXPECT_EQ(rfc3339(time_point(-1ms)), "1969-12-31T23:59:59Z");
    EXPECT_EQ(rfc3339_milliseconds(time_point(-1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, WritesMillisecondsWithLeadingZeros)
{
    EXPECT_EQ(rfc3339_milliseconds(morning + 7ms), "2026-11-22T10:00:04.007Z");
}

TEST(Clock, WritesTimesForPeopleWithTheDayWhereItIsAnother)
{
    EXPECT_EQ(utc_text(morning), "2026-11-22 10:00:04 UTC");
    EXPECT_EQ(utc_text(morning, morning + 13h), "10:00:04 UTC");
    EXPECT_EQ(utc_text(morning, morning + 14h), "2026-11-22 10:00:04 UTC");
}

TEST(Clock, WritesDays)
{
    EXPECT_EQ(iso_date(sys_days(2027y / March / 5)), "2027-03-05");
}

// 2^31 s after 1970, and 2^32.
TEST(Clock, GoesOnAfter2038And2106)
{
    const time_point last = sys_days(2038y / January / 19) + 3h + 14min + 7s;
    EXPECT_EQ(rfc3339(last + 1s), "2038-01-19T03:14:08Z");
    EXPECT_EQ(rfc3339_milliseconds(last + 1s + 5ms), "2038-01-19T03:14:08.005Z");
    EXPECT_EQ(milliseconds_of(last + 1s), 2'147'483'648'000);
    EXPECT_EQ(time_of(2'147'483'648'000), last + 1s);
    EXPECT_EQ(rfc3339(time_of(4'294'967'296'000)), "2106-02-07T06:28:16Z");
    EXPECT_EQ(iso_date(sys_days(2106y / February / 8)), "2106-02-08");
    EXPECT_EQ(for_people(floor<milliseconds>(time_of(4'294'967'296'000) - last)), "24855 days 3 h");
}

TEST(Clock, TakesTimesThatNoTimePointHoldsForTheNearestThatItCountsWith)
{
    EXPECT_EQ(start_of(sys_days(2026y / November / 22)), sys_days(2026y / November / 22));
    EXPECT_EQ(start_of(sys_days(9999y / December / 31) + days(1)), latest_time);
    EXPECT_EQ(start_of(sys_days(1y / January / 1)), earliest_time);
    EXPECT_EQ(time_of(std::numeric_limits<std::int64_t>::max()), latest_time);
    EXPECT_EQ(time_of(std::numeric_limits<std::int64_t>::min()), earliest_time);
    EXPECT_GT(latest_time - earliest_time, 0ns);
}

TEST(Clock, SaysSpansInTheirTwoLargestUnits)
{
    EXPECT_EQ(for_people(350ms), "350 ms");
    EXPECT_EQ(for_people(8s), "8 s");
    EXPECT_EQ(for_people(3min), "3 min");
    EXPECT_EQ(for_people(90s), "1 min 30 s");
    EXPECT_EQ(for_people(2h + 5min + 59s), "2 h 5 min");
    EXPECT_EQ(for_people(2h + 59s), "2 h");
    EXPECT_EQ(for_people(24h), "1 day");
    EXPECT_EQ(for_people(96h + 59min), "4 days");
    EXPECT_EQ(for_people(98h), "4 days 2 h");
}

TEST(Clock, CallsANegativeSpanNothing)
{
    EXPECT_EQ(for_people(0ms), "0 s");
    EXPECT_EQ(for_people(-5s), "0 s");
}

TEST(Clock, TurnsAMomentOfTheWallClockIntoOneOfTheSteadyClock)
{
    const auto begin = std::chrono::steady_clock::now();
    const time_point now = sys_days(2027y / March / 5);
    const auto in_two_seconds = steady_time_of(now + 2s, now);
    EXPECT_GE(in_two_seconds, begin + 2s);
    EXPECT_LE(in_two_seconds, std::chrono::steady_clock::now() + 2s);
    EXPECT_GT(steady_time_of(now - 1h, now), begin) << "a loop that waits for what is over does not spin";
    const auto tomorrow = steady_time_of(now + 24h, now);
    EXPECT_LE(tomorrow, std::chrono::steady_clock::now() + 1min) << "the wall clock may be set meanwhile";
    EXPECT_EQ(steady_time_of(std::nullopt, now), std::chrono::steady_clock::time_point::max());
}

}  // namespace
}  // namespace trunkwarden
