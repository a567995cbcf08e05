#include "baseline/weekly_hours.hpp"

#include <gtest/gtest.h>

#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

weekly_hours hours(std::string_view text)
{
    auto read = parse_weekly_hours(text);
    EXPECT_TRUE(read) << read.error().message;
    return *std::move(read);
}

bool cover(const weekly_hours& some, std::string_view utc)
{
    return some.cover(parse_time(utc).value());
}

std::string refused(std::string_view text)
{
    const auto read = parse_weekly_hours(text);
    return read ? "" : read.error().message;
}

TEST(WeeklyHours, FollowTheClockOfThePlace)
{
    const auto office = hours("Mon..Fri 07:00-20:00 America/Chicago");
    EXPECT_FALSE(cover(office, "2026-11-30T12:59:59Z")) << "a Monday, 06:59 in Chicago";
    EXPECT_TRUE(cover(office, "2026-11-30T13:00:00Z"));
    EXPECT_TRUE(cover(office, "2026-12-01T01:59:59Z")) << "still Monday there";
    EXPECT_FALSE(cover(office, "2026-12-01T02:00:00Z")) << "20:00";
    EXPECT_FALSE(cover(office, "2026-11-28T18:00:00Z")) << "a Saturday";
    EXPECT_TRUE(cover(office, "2026-07-06T12:00:00Z")) << "07:00 in summer";
    EXPECT_FALSE(cover(office, "2026-07-06T11:59:59Z"));
}

TEST(WeeklyHours, GoOverMidnight)
{
    const auto night = hours("Fri..Sun 22:00-06:00 UTC");
    EXPECT_TRUE(cover(night, "2026-11-27T22:00:00Z"));
    EXPECT_TRUE(cover(night, "2026-11-30T05:59:59Z")) << "Monday morning belongs to Sunday";
    EXPECT_FALSE(cover(night, "2026-11-30T06:00:00Z"));
    EXPECT_FALSE(cover(night, "2026-11-27T05:00:00Z")) << "Friday morning belongs to Thursday";
    const auto whole = hours("Sat..Mon 00:00-24:00 UTC");
    EXPECT_TRUE(cover(whole, "2026-11-30T23:59:59Z"));
    EXPECT_FALSE(cover(whole, "2026-12-01T00:00:00Z"));
    EXPECT_TRUE(cover(whole, "2026-11-28T00:00:00Z"));
}

// On 2026-11-01 at 02:00 the clocks of Chicago go back to 01:00; on 2026-03-08 they jump from 02:00 to 03:00.
TEST(WeeklyHours, AnHourThatComesTwiceIsCoveredTwiceAndOneThatIsSkippedNever)
{
    const auto early = hours("Sun 01:00-01:30 America/Chicago");
    EXPECT_TRUE(cover(early, "2026-11-01T06:00:00Z"));
    EXPECT_FALSE(cover(early, "2026-11-01T06:30:00Z"));
    EXPECT_TRUE(cover(early, "2026-11-01T07:00:00Z"));
    EXPECT_FALSE(cover(early, "2026-11-01T07:30:00Z"));
    const auto skipped = hours("Sun 02:00-03:00 America/Chicago");
    EXPECT_FALSE(cover(skipped, "2026-03-08T07:59:59Z"));
    EXPECT_FALSE(cover(skipped, "2026-03-08T08:00:00Z")) << "03:00 there";
    EXPECT_FALSE(skipped.cover_some_of(parse_time("2026-03-08T07:00:00Z").value(),
                                       parse_time("2026-03-08T20:00:00Z").value()));
}

TEST(WeeklyHours, CoverSomeOfASpanThatReachesIntoThem)
{
    const auto office = hours("Mon..Fri 09:00-10:00 UTC");
    const auto some = [&office](std::string_view from, std::string_view until) {
        return office.cover_some_of(parse_time(from).value(), parse_time(until).value());
    };
    EXPECT_TRUE(some("2026-11-30T08:00:00Z", "2026-11-30T12:00:00Z")) << "they lie within it";
    EXPECT_TRUE(some("2026-11-30T08:00:00Z", "2026-11-30T09:00:00Z"));
    EXPECT_FALSE(some("2026-11-30T10:00:00Z", "2026-12-01T08:59:59Z"));
    EXPECT_FALSE(some("2026-11-27T10:00:00Z", "2026-11-30T08:00:00Z")) << "a weekend";
    EXPECT_TRUE(some("2026-11-27T10:00:00Z", "2026-12-30T08:00:00Z"));
}

TEST(WeeklyHours, AreWrittenInOneWay)
{
    EXPECT_EQ(hours("  Mon..Fri   07:00-20:00 ,Sat 09:00-12:00   America/Chicago ").text(),
              "Mon..Fri 07:00-20:00, Sat 09:00-12:00 America/Chicago");
    const auto daily = hours("08:00-09:00 UTC");
    EXPECT_TRUE(cover(daily, "2026-11-29T08:00:00Z")) << "without days: every day";
    const auto both = hours("Mon 07:00-08:00, Tue 09:00-10:00 UTC");
    EXPECT_TRUE(cover(both, "2026-12-01T09:30:00Z"));
    EXPECT_FALSE(cover(both, "2026-11-30T09:30:00Z"));
}

TEST(WeeklyHours, SayWhichWordIsWrong)
{
    EXPECT_NE(refused("Mon..Fri 07:00-20:00 America/Chicargo").find("did you mean \"America/Chicago\"?"),
              std::string::npos)
        << refused("Mon..Fri 07:00-20:00 America/Chicargo");
    EXPECT_NE(refused("Mon..Fri 07:00-20:00").find("must end with a time zone"), std::string::npos);
    EXPECT_NE(refused("").find("must end with a time zone"), std::string::npos);
    EXPECT_NE(refused("Mon..Fir 07:00-20:00 UTC").find("\"Fir\" in hours is not a day"), std::string::npos);
    EXPECT_NE(refused("Mon 7-20 UTC").find("\"7-20\" in hours is no span of time"), std::string::npos);
    EXPECT_NE(refused("Mon 07:00-25:00 UTC").find("no span of time"), std::string::npos);
    EXPECT_NE(refused("Mon 24:00-07:00 UTC").find("no span of time"), std::string::npos);
    EXPECT_NE(refused("Mon 07:00-07:00 UTC").find("00:00-24:00"), std::string::npos);
    EXPECT_NE(refused("Mon 07:00-08:00, UTC").find("not days and a span"), std::string::npos);
    EXPECT_NE(refused("on Mon 07:00-08:00 UTC").find("not days and a span"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden
