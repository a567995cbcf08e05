#include "alerts/receiver_clock.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// Sun, 22 Nov 2026 10:00:00 GMT
const time_point ten_o_clock = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h;

std::optional<std::chrono::milliseconds> ahead(const char* date, time_point sent, time_point answered)
{
    answer_hints hints;
    hints.date = date;
    return clock_ahead(hints, {sent, answered});
}

TEST(ReceiverClock, TellsHowFarItIsAheadOrBehind)
{
    const auto* const date = "Sun, 22 Nov 2026 10:00:00 GMT";
    EXPECT_EQ(ahead(date, ten_o_clock - 10min - 100ms, ten_o_clock - 10min), 10min);
    EXPECT_EQ(ahead(date, ten_o_clock + 10min + 1s, ten_o_clock + 10min + 2s), -10min);
    EXPECT_EQ(ahead("Sunday, 22-Nov-26 10:00:00 GMT", ten_o_clock - 10min, ten_o_clock - 10min), 10min);
}

TEST(ReceiverClock, IsTheSameAsFarAsADateTells)
{
    const auto* const date = "Sun, 22 Nov 2026 10:00:00 GMT";
    EXPECT_EQ(ahead(date, ten_o_clock + 900ms, ten_o_clock + 950ms), 0ms) << "a date has whole seconds";
    EXPECT_EQ(ahead(date, ten_o_clock - 3s, ten_o_clock + 4s), 0ms) << "the answer took so long";
    EXPECT_EQ(ahead("", ten_o_clock, ten_o_clock), std::nullopt);
    EXPECT_EQ(ahead("now", ten_o_clock, ten_o_clock), std::nullopt);
}

TEST(ReceiverClock, IsRightAtOnceWhenOurClockIsSet)
{
    const measured_clock before{10min, 1'000'000ms};
    EXPECT_EQ(ahead_now(before, 1'000'000ms + 10min), 0ms);
    EXPECT_EQ(ahead_now(before, 1'000'000ms - 5min), 15min);
    EXPECT_EQ(ahead_now(before, 1'000'400ms), 10min) << "a clock that is slewed moves a little all the time";
}

TEST(ReceiverClock, TakesNoDateThatIsNone)
{
    EXPECT_EQ(ahead("Fri, 31 Dec 9999 23:59:59 GMT", ten_o_clock, ten_o_clock), std::nullopt);
    EXPECT_EQ(ahead("Mon, 01 Jan 0001 00:00:00 GMT", ten_o_clock, ten_o_clock), std::nullopt);
}

}  // namespace
}  // namespace trunkwarden
