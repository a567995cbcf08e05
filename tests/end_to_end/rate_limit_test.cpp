#include <gtest/gtest.h>

#include <chrono>

#include "end_to_end/http_get.hpp"
#include "end_to_end/watched_account.hpp"

// The API allows so many requests in a window, and the account's own traffic needs its share of them.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// Telnyx documents x-ratelimit-reset both as seconds from now and as Unix time.
enum class spelling { seconds_left, unix_time };

constexpr std::int64_t allowed = 60;
constexpr std::int64_t half = 30;
constexpr auto window = 2s;

simulator::options limited(spelling how)
{
    simulator::options api;
    api.rate_limit = allowed;
    api.rate_window = window;
    api.rate_reset_is_epoch = how == spelling::unix_time;
    return with_demo_key(api);
}

class RateLimit : public testing::TestWithParam<spelling> {};

// A window of the simulator begins with the first request after the one before has ended, so so many windows
// can have begun at most.
std::int64_t windows_begun(clock::duration since_first_request)
{
    constexpr auto slack = 50ms;  // between a request and the moment it is counted here
    return (since_first_request + slack) / window + 1;
}

TEST_P(RateLimit, LeavesHalfOfEveryWindowToTheAccountsOwnTraffic)
{
    watched_account account({.poll = "{requests_per_second: 1000, interval: 200ms, rate_limit_reserve: 0.5}",
                             .listen = "127.0.0.1:0"},
                            limited(GetParam()));
    daemon_process daemon(account.command_line({"run"}));
    const auto port = port_of(daemon);

    std::optional<clock::time_point> first;
    std::int64_t total = 0;
    for (const auto deadline = clock::now() + 60s; total <= 3 * half && clock::now() < deadline;) {
        total = account.control("requests").at("total").as_int64();
        const auto now = clock::now();
        if (total > 0 && !first)
            first = now;
        if (first) {
            ASSERT_LE(total, half * windows_begun(now - *first));
        }
    }
    EXPECT_GT(total, 3 * half) << "it stopped asking altogether";

    const auto metrics = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(metrics, "trunkwarden_api_requests_total", {"code=\"429\""}).value_or(0), 0);
    EXPECT_GE(metric(metrics, "trunkwarden_api_rate_limit_remaining", {"account=\"production\""}), half);
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

TEST_P(RateLimit, MakesACheckSlowerButNotIncomplete)
{
    watched_account account({}, limited(GetParam()));

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err << report.findings();
    EXPECT_GE(report.ended.took, 1s);  // its lists are more than half a window
    EXPECT_LE(account.control("requests").at("total").as_int64(), 2 * half);
}

INSTANTIATE_TEST_SUITE_P(Spellings, RateLimit, testing::Values(spelling::seconds_left, spelling::unix_time),
                         [](const auto& one) {
                             return one.param == spelling::unix_time ? "ResetAsUnixTime"
                                                                     : "ResetAsSecondsLeft";
                         });

// Somebody else has used up the window: 429 comes whatever the daemon does.
TEST(RateLimitUsedUpByOthers, IsWaitedForAndThenTheAccountIsRead)
{
    simulator::options tight;
    tight.rate_limit = 20;
    tight.rate_window = 1s;
    watched_account account({.poll = "{requests_per_second: 1000, rate_limit_reserve: 0}"},
                            with_demo_key(tight));

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err << report.findings();
    EXPECT_LT(report.ended.took, 15s);
}

TEST(RequestsPerSecond, AreACeilingWhateverTheApiAllows)
{
    watched_account account({.poll = "{requests_per_second: 20, interval: 200ms}"});
    daemon_process daemon(account.command_line({"run"}));

    std::optional<clock::time_point> first;
    std::int64_t total = 0;
    while (total < 60) {
        total = account.control("requests").at("total").as_int64();
        const auto now = clock::now();
        if (total > 0 && !first)
            first = now;
        if (first) {
            const auto seconds = std::chrono::duration<double>(now - *first + 50ms).count();
            ASSERT_LE(static_cast<double>(total), 20 * seconds + 3)
                << seconds;  // a tenth of a second's worth at once
        }
    }
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
