#include "cli/parse_until.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/times.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

using fakes::noon;

TEST(ParseUntil, TakesASpanADayOrATime)
{
    EXPECT_EQ(rfc3339(parse_until("4h", noon).value()), "2026-11-22T16:00:00Z");
    EXPECT_EQ(rfc3339(parse_until("2d", noon).value()), "2026-11-24T12:00:00Z");
    EXPECT_EQ(rfc3339(parse_until("2026-12-01", noon).value()), "2026-12-02T00:00:00Z") << "to the day's end";
    EXPECT_EQ(rfc3339(parse_until("2026-11-22", noon).value()), "2026-11-23T00:00:00Z") << "today, too";
    EXPECT_EQ(rfc3339(parse_until("2026-12-01T08:00:00Z", noon).value()), "2026-12-01T08:00:00Z");
    EXPECT_EQ(rfc3339(parse_until("2026-12-01T08:00:00+02:00", noon).value()), "2026-12-01T06:00:00Z");
}

TEST(ParseUntil, IsInWholeSecondsAndStillInTheFuture)
{
    const auto moment = parse_until("1ms", noon).value();
    EXPECT_GT(moment, noon);
    EXPECT_EQ(rfc3339(moment), "2026-11-22T12:00:01Z");
}

TEST(ParseUntil, TakesADayThatIsFurtherAwayThanItCountsForTheFurthest)
{
    for (const char* text : {"9999-12-31", "9999-12-31T23:59:59Z"})
        EXPECT_EQ(rfc3339(parse_until(text, noon).value()), "2200-01-01T00:00:00Z") << text;
    EXPECT_EQ(rfc3339(parse_until("2038-01-19", noon).value()), "2038-01-20T00:00:00Z");
}

TEST(ParseUntil, RefusesThePast)
{
    for (const char* text : {"0s", "2026-11-21", "2026-11-22T12:00:00Z", "2020-01-01T00:00:00Z"})
        EXPECT_THAT(parse_until(text, noon).error().message, testing::HasSubstr("in the past")) << text;
}

TEST(ParseUntil, SaysWhatItTakes)
{
    for (const char* text :
         {"", "tomorrow", "4", "-4h", "4 h", "2026-13-01", "2026-12-01T25:00:00Z", "99999999d"})
        EXPECT_THAT(parse_until(text, noon).error().message, testing::HasSubstr("write 4h or 2d")) << text;
}

TEST(ParseSince, TakesASpanADayOrATime)
{
    EXPECT_EQ(rfc3339(parse_since("4h", noon).value()), "2026-11-22T08:00:00Z");
    EXPECT_EQ(rfc3339(parse_since("2026-11-22", noon).value()), "2026-11-22T00:00:00Z")
        << "from its beginning";
    EXPECT_EQ(rfc3339(parse_since("2026-11-22T12:00:00+02:00", noon).value()), "2026-11-22T10:00:00Z");
    EXPECT_EQ(parse_since("0s", noon).value(), noon);
    EXPECT_LT(parse_since("0001-01-01", noon).value(), noon) << "ever";
}

TEST(ParseSince, RefusesTheFutureAndWhatIsNoTime)
{
    for (const char* text : {"2026-11-23", "2026-11-22T12:00:01Z"})
        EXPECT_THAT(parse_since(text, noon).error().message, testing::HasSubstr("in the future")) << text;
    for (const char* text : {"", "yesterday", "4", "-4h", "2026-13-01", "99999999d"})
        EXPECT_THAT(parse_since(text, noon).error().message, testing::HasSubstr("write 2h or 3d")) << text;
}

TEST(ParsePeriod, TakesSinceAndUntilInThePast)
{
    const auto both = parse_period("3d", "2026-11-20", noon).value();
    EXPECT_EQ(rfc3339(both.from.value()), "2026-11-19T12:00:00Z");
    EXPECT_EQ(rfc3339(both.to.value()), "2026-11-21T00:00:00Z") << "to the day's end";
    EXPECT_EQ(rfc3339(parse_period("", "2h", noon)->to.value()), "2026-11-22T10:00:00Z") << "back from now";
    EXPECT_EQ(rfc3339(parse_period("", "2026-11-22T08:00:00Z", noon)->to.value()), "2026-11-22T08:00:00Z");
    EXPECT_FALSE(parse_period("", "2h", noon)->from);
    for (const char* not_over : {"", "2026-11-22", "2027-01-01", "0s"})
        EXPECT_FALSE(parse_period("3d", not_over, noon)->to) << "that is now: " << not_over;
}

TEST(ParsePeriod, RefusesATimeThatEndsBeforeItBegins)
{
    for (const char* text : {"2d", "2026-11-19", "2026-11-20T12:00:00Z"})
        EXPECT_THAT(parse_period("2026-11-20T12:00:00Z", text, noon).error().message,
                    testing::HasSubstr("is not after --since"))
            << text;
}

TEST(ParsePeriod, SaysWhatItTakes)
{
    for (const char* text : {"tomorrow", "4", "-4h", "2026-13-01", "99999999d"})
        EXPECT_THAT(parse_period("", text, noon).error().message,
                    testing::HasSubstr("write 2h or 3d (before now)"))
            << text;
    EXPECT_THAT(parse_period("yesterday", "2h", noon).error().message, testing::HasSubstr("--since"));
}

}  // namespace
}  // namespace trunkwarden
