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

std::string name_of(spelling how)
{
    return how == spelling::unix_time ? "ResetAsUnixTime" : "ResetAsSecondsLeft";
}

void PrintTo(spelling how, std::ostream* to)
{
    *to << name_of(how);
}

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

// A moment before the daemon sends anything.
struct before_it_starts {
    clock::time_point at = clock::now();
};

// Follows the daemon until it has sent more than `enough` requests; at no moment may it have sent more than
// `most_after`, of the time since the first one, allows.
template <class MostAfter>
void follow_requests(watched_account& account, daemon_process& daemon, before_it_starts nothing_sent,
                     std::int64_t enough, MostAfter most_after)
{
    const auto started = clock::now();
    auto nothing_until = nothing_sent.at;
    for (std::int64_t total = 0; total <= enough; daemon.follow(2ms)) {
        const auto before = clock::now();
        total = account.control("requests").at("total").as_int64();
        if (total == 0)
            nothing_until = before;
        const auto passed = clock::now() - nothing_until;
        ASSERT_LE(total, most_after(passed))
            << std::chrono::duration<double>(passed).count() << " s after the first request";
        ASSERT_LT(clock::now() - started, 60s) << "it stopped asking after " << total << " requests";
    }
}

// A window of the simulator begins with the first request after the one before has ended: no more can have
// begun.
std::int64_t share_after(clock::duration since_first_request)
{
    return half * (since_first_request / window + 1);
}

class RateLimit : public testing::TestWithParam<spelling> {};

TEST_P(RateLimit, LeavesHalfOfEveryWindowToTheAccountsOwnTraffic)
{
    watched_account account({.poll = "{requests_per_second: 1000, interval: 200ms, rate_limit_reserve: 0.5}",
                             .listen = "127.0.0.1:0"},
                            limited(GetParam()));
    const before_it_starts nothing_sent;
    daemon_process daemon(account.command_line({"run"}));
    const auto port = port_of(daemon);

    follow_requests(account, daemon, nothing_sent, 2 * half, share_after);

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
                         [](const auto& one) { return name_of(one.param); });

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

// The API counts for each endpoint. Whoever uses up what one of them allows must not stop the others.
TEST(RateLimitOfOneEndpoint, HoldsUpNoOther)
{
    watched_account account(
        {.poll = "{requests_per_second: 1000, interval: 200ms, audit_interval: 200ms, timeout: 5s}",
         .listen = "127.0.0.1:0"});
    account.fault(R"({"path": "/audit_events", "kind": "status", "status": 429, "retry_after": "240"})");
    account.fault(R"({"path": "/portouts", "kind": "status", "status": 429, "retry_after": "240"})");
    daemon_process daemon(account.command_line({"run"}));
    ASSERT_NE(port_of(daemon), 0);
    daemon.follow(1s);
    account.attack("add_ip");
    EXPECT_NE(daemon.line_with("finding opened").find("resource=ips"), std::string::npos);
    EXPECT_EQ(account.control("requests").at("by_path").at("/portouts").as_int64(), 1)
        << "and the one is not asked before it said so";
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

TEST(RequestsPerSecond, AreACeilingWhateverTheApiAllows)
{
    watched_account account({.poll = "{requests_per_second: 20, interval: 200ms}"});
    const before_it_starts nothing_sent;
    daemon_process daemon(account.command_line({"run"}));
    const auto ceiling = [](clock::duration since_first) {
        constexpr std::int64_t at_once = 2;  // a tenth of a second's worth
        return at_once + static_cast<std::int64_t>(20 * std::chrono::duration<double>(since_first).count()) +
               1;
    };

    follow_requests(account, daemon, nothing_sent, 40, ceiling);

    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
