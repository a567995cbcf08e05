#include "support/parse_time.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(ParseTime, TakesEveryFormTheApiWrites)
{
    const auto same = parse_time("2026-11-22T10:00:04Z");
    ASSERT_TRUE(same);
    EXPECT_EQ(rfc3339(*same), "2026-11-22T10:00:04Z");
    EXPECT_EQ(parse_time("2026-11-22T10:00:04"), same) << "no zone is UTC";
    EXPECT_EQ(parse_time("2026-11-22T12:00:04+02:00"), same);
    EXPECT_EQ(parse_time("2026-11-22 10:00:04.000Z"), same);
    EXPECT_EQ(parse_time("2026-11-22T10:00:04.250Z"), *same + std::chrono::milliseconds(250));
    EXPECT_EQ(parse_time("2026-11-22T10:00:04.965812"), *same + std::chrono::microseconds(965812));
}

TEST(ParseTime, TakesALeapSecondForTheSecondAfterIt)
{
    EXPECT_EQ(parse_time("2016-12-31T23:59:60Z"), parse_time("2017-01-01T00:00:00Z"));
    EXPECT_EQ(parse_time("2016-12-31T23:59:60.500Z"), parse_time("2017-01-01T00:00:00.500Z"));
    EXPECT_EQ(parse_time("2016-12-31T18:59:60-05:00"), parse_time("2017-01-01T00:00:00Z"));
}

TEST(ParseTime, TakesTimesAfter2038)
{
    EXPECT_EQ(rfc3339(parse_time("2038-01-19T03:14:08Z").value()), "2038-01-19T03:14:08Z");
    EXPECT_EQ(rfc3339(parse_time("2106-02-07T06:28:16Z").value()), "2106-02-07T06:28:16Z");
}

// The year 1 is "never" where a program in Go wrote it; 9999 is "for ever".
TEST(ParseTime, TakesTheEndsOfTheCalendarForTheEndsOfWhatItCountsWith)
{
    EXPECT_EQ(parse_time("0001-01-01T00:00:00Z"), earliest_time);
    EXPECT_EQ(parse_time("0000-01-01T00:00:00Z"), earliest_time);
    EXPECT_EQ(parse_time("9999-12-31T23:59:59.999999Z"), latest_time);
    EXPECT_EQ(parse_time("9999-12-31T23:59:60-99:99"), latest_time);
}

TEST(ParseTime, RefusesWhatIsNoTime)
{
    for (const char* text :
         {"", "2026", "2026-11-31T10:00:00Z", "2026-13-01T10:00:00Z", "2026-11-22", "yesterday",
          "2026-11-22T25:00:00Z", "2026-11-22T10:61:00Z", "2026-11-22T10:00:61Z", "2026-11-22T10:00:00Q",
          "2026-11-22T10:00:00Zx", "2026-11-22T10:00:00+1"})
        EXPECT_FALSE(parse_time(text)) << text;
}

}  // namespace
}  // namespace trunkwarden
