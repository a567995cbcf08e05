#include "fetch/retry.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// Sun, 22 Nov 2026 10:00:00 GMT
const time_point now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h;

attempt answered(unsigned status, unsigned number = 1)
{
    attempt last;
    last.number = number;
    last.status = status;
    return last;
}

attempt failed(errc why, unsigned number = 1)
{
    attempt last;
    last.number = number;
    last.failed = why;
    return last;
}

std::optional<milliseconds> wait(const attempt& last, double jitter = 0)
{
    return wait_before_retry(retry_policy{}, last, now, jitter);
}

TEST(Retry, RepeatsWhatMayPass)
{
    for (const unsigned status : {408U, 409U, 429U, 500U, 502U, 503U, 504U, 599U})
        EXPECT_TRUE(wait(answered(status))) << status;
    for (const unsigned status : {301U, 307U, 400U, 401U, 403U, 404U, 410U, 422U})
        EXPECT_FALSE(wait(answered(status))) << status;
    EXPECT_TRUE(wait(failed(errc::unreachable)));
    EXPECT_TRUE(wait(failed(errc::timed_out)));
    for (const auto why :
         {errc::untrusted, errc::too_large, errc::bad_usage, errc::cancelled, errc::not_understood})
        EXPECT_FALSE(wait(failed(why)));
}

TEST(Retry, DoublesUpToTheLongestWait)
{
    retry_policy patient;
    patient.attempts = 10;
    std::vector<milliseconds> waits;
    for (unsigned number = 1; number < 10; ++number)
        waits.push_back(*wait_before_retry(patient, answered(500, number), now, 0));
    EXPECT_EQ(waits, (std::vector<milliseconds>{500ms, 1s, 2s, 4s, 8s, 8s, 8s, 8s, 8s}));
}

TEST(Retry, StopsAfterItsAttempts)
{
    EXPECT_TRUE(wait(answered(500, 3)));
    EXPECT_FALSE(wait(answered(500, 4)));
    EXPECT_FALSE(wait(failed(errc::unreachable, 4)));
}

TEST(Retry, JitterShortensByAQuarterAtMost)
{
    EXPECT_EQ(wait(answered(500), 0), 500ms);
    EXPECT_EQ(wait(answered(500), 0.5), 438ms);
    EXPECT_GE(*wait(answered(500), 0.999), 375ms);
}

TEST(Retry, ObeysRetryAfterAsSecondsDateAndMilliseconds)
{
    auto last = answered(429);
    last.hints.retry_after = "7";
    EXPECT_EQ(wait(last), 7s);
    last.hints.retry_after = "Sun, 22 Nov 2026 10:00:09 GMT";
    EXPECT_EQ(wait(last), 9s);
    last.hints.date = "Sun, 22 Nov 2026 10:00:04 GMT";
    EXPECT_EQ(wait(last), 5s) << "by the server's own clock";
    last.hints.retry_after_ms = "1500";
    EXPECT_EQ(wait(last), 1500ms);
}

TEST(Retry, NeverComesBackSoonerThanAsked)
{
    auto last = answered(503);
    last.hints.retry_after = "2";
    for (const double jitter : {0.0, 0.3, 0.99})
        EXPECT_GE(*wait(last, jitter), 2s);
    last.hints.retry_after = "0";
    EXPECT_EQ(wait(last), 500ms) << "but not at once and again";
}

TEST(Retry, ObeysBothSpellingsOfTheReset)
{
    auto last = answered(429);
    last.hints.rate_reset = "30";
    EXPECT_EQ(wait(last), 30s);
    last.hints.rate_reset =
        std::to_string(std::chrono::system_clock::to_time_t(now) + 40);  // whole seconds: one more to be sure
    EXPECT_EQ(wait(last), 41s);
    last.hints.rate_reset = "1000000001";  // long past
    EXPECT_EQ(wait(last), 500ms);
    auto other = answered(503);
    other.hints.rate_reset = "30";
    EXPECT_EQ(wait(other), 500ms) << "only a 429 is about the allowance";
}

TEST(Retry, GivesUpWhenToldToWaitTooLong)
{
    auto last = answered(429);
    last.hints.retry_after = "120";
    EXPECT_TRUE(wait(last));
    last.hints.retry_after = "121";
    EXPECT_FALSE(wait(last));
    last.hints.retry_after = "1e300";
    EXPECT_FALSE(wait(last));
}

TEST(Retry, IgnoresHintsItCannotRead)
{
    for (const auto* text : {"soon", "-5", "nan", "inf", "7 s", "Sun, 99 Nov 2026 10:00:09 GMT", "\xff"}) {
        auto last = answered(429);
        last.hints.retry_after = last.hints.retry_after_ms = last.hints.rate_reset = text;
        EXPECT_EQ(wait(last), 500ms) << text;
    }
}

}  // namespace
}  // namespace trunkwarden
