#include <gtest/gtest.h>

#include <chrono>

#include "end_to_end/http_get.hpp"
#include "end_to_end/watched_account.hpp"

// The API allows so many requests in a window, and the account's own traffic needs its share of them.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// As the API was seen to report its limit, and as its documents have it.
using spelling = simulator::rate_form;

std::string name_of(spelling written)
{
    return written == spelling::list   ? "AsAList"
           : written == spelling::bare ? "AsANumber"
                                       : "WithResetAsUnixTime";
}

constexpr std::int64_t allowed = 6;  // of each endpoint
constexpr std::int64_t half = 3;
constexpr auto window = 2s;

simulator::options limited(spelling spelling)
{
    simulator::options api;
    api.rate_limit = allowed;
    api.rate_window = window;
    api.rate_told = spelling;
    return with_demo_key(api);
}

// The requests to the endpoint that was asked most.
std::int64_t most_of_an_endpoint(watched_account& account)
{
    std::int64_t most = 0;
    const auto told = account.control("requests");
    for (const auto& [path, count] : told.at("by_path").as_object())
        most = std::max(most, count.as_int64());
    return most;
}

std::int64_t all_requests(watched_account& account)
{
    return account.control("requests").at("total").as_int64();
}

// A moment before the daemon sends anything.
struct before_it_starts {
    clock::time_point at = clock::now();
};

// Follows the daemon until it has sent more than `enough` requests, as `count` counts them; at no moment may
// it have sent more than `most_after`, of the time since the first one, allows.
template <class MostAfter>
void follow_requests(watched_account& account, daemon_process& daemon, before_it_starts nothing_sent,
                     std::int64_t enough, MostAfter most_after,
                     std::int64_t (*count)(watched_account&) = all_requests)
{
    const auto started = clock::now();
    auto nothing_until = nothing_sent.at;
    for (std::int64_t total = 0; total <= enough; daemon.follow(2ms)) {
        const auto before = clock::now();
        total = count(account);
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

    follow_requests(account, daemon, nothing_sent, 3 * half, share_after, most_of_an_endpoint);

    const auto metrics = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(metrics, "trunkwarden_api_requests_total", {"code=\"429\""}).value_or(0), 0);
    EXPECT_GE(metric(metrics, "trunkwarden_api_rate_limit_remaining", {"account=\"production\""}), half)
        << "the fewest of any endpoint";
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

TEST_P(RateLimit, DoesNotMakeACheckIncomplete)
{
    watched_account account({}, limited(GetParam()));

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err << report.findings();
    EXPECT_LE(most_of_an_endpoint(account), allowed);
}

INSTANTIATE_TEST_SUITE_P(Spellings, RateLimit,
                         testing::Values(spelling::list, spelling::bare, spelling::epoch),
                         [](const auto& tested) { return name_of(tested.param); });

// The API counts for each endpoint. An intruder who uses up the allowance of one of them must not stop the
// others.
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

// The window that was seen for reports is a second of the clock. Without its share of it in mind, the daemon
// would ask five times a second here.
TEST(RateLimitOfReports, IsObeyedWindowByWindow)
{
    constexpr std::int64_t share = 1;  // half of a window's two
    auto api = with_demo_key();
    api.usage_reports_limit = 2;
    watched_account account({.poll = "{requests_per_second: 1000, interval: 10s, usage_interval: 200ms, "
                                     "audit_interval: 0s, timeout: 5s}",
                             .baseline = text_of_file(demo_baseline) +
                                         "\ntraffic: [{product: sip-trunking, destinations: [US, CA]}]\n",
                             .listen = "127.0.0.1:0"},
                            api);
    account.control("set", R"({"detail_records_limit": 0})");
    const before_it_starts nothing_sent;
    daemon_process daemon(account.command_line({"run"}));
    const auto port = port_of(daemon);
    const auto reports = [](watched_account& watched_account) {
        const auto told = watched_account.control("requests");
        const auto* const count = told.at("by_path").as_object().if_contains("/usage_reports");
        return count == nullptr ? std::int64_t{0} : count->as_int64();
    };
    const auto share_of_seconds = [](clock::duration since_first) {
        return share * (since_first / 1s + 2);  // the first one is sent before any window is known
    };

    follow_requests(account, daemon, nothing_sent, 5, share_of_seconds, +reports);

    const auto metrics = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(metrics, "trunkwarden_api_requests_total", {"code=\"429\""}).value_or(0), 0);
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

// Of 20 requests a second.
std::int64_t ceiling_after(clock::duration since_first)
{
    constexpr std::int64_t at_once = 2;  // a tenth of a second's worth
    return at_once + static_cast<std::int64_t>(20 * std::chrono::duration<double>(since_first).count()) + 1;
}

TEST(RequestsPerSecond, AreACeilingWhateverTheApiAllows)
{
    watched_account account({.poll = "{requests_per_second: 20, interval: 200ms}"});
    const before_it_starts nothing_sent;
    daemon_process daemon(account.command_line({"run"}));

    follow_requests(account, daemon, nothing_sent, 40, ceiling_after);

    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

TEST(RequestsPerSecond, AreACeilingWhereNobodyUnderstandsTheHeadersWhichIsLoggedOnce)
{
    simulator::options api;
    api.rate_limit = 1000;
    api.rate_told = spelling::garbage;
    watched_account account({.poll = "{requests_per_second: 20, interval: 200ms}"}, with_demo_key(api));
    const before_it_starts nothing_sent;
    daemon_process daemon(account.command_line({"run"}));

    follow_requests(account, daemon, nothing_sent, 60, ceiling_after);

    daemon.signal(SIGTERM);
    const auto ended = daemon.wait(20s);
    EXPECT_EQ(ended.exit_code, 0);
    constexpr std::string_view words = "rate limit of the API is not understood";
    const auto said = ended.err.find(words);
    ASSERT_NE(said, std::string::npos) << ended.err;
    EXPECT_EQ(said, ended.err.rfind(words)) << "once: " << ended.err;
    EXPECT_NE(ended.err.find("x-ratelimit-limit: plenty", said), std::string::npos) << ended.err;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
