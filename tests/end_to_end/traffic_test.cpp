#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"

// A stolen SIP password changes nothing in the account: its calls show it.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view by_the_traffic =
    "{requests_per_second: 1000, interval: 500ms, large_interval: 500ms, timeout: 5s, audit_interval: 0s, "
    "usage_interval: 200ms, stale_after: 2s}";

class TrafficWatched : public testing::Test {
protected:
    explicit TrafficWatched(std::string_view entry = "product: sip-trunking, destinations: [US, CA]")
        : account({.poll = std::string(by_the_traffic),
                   .baseline = text_of_file(demo_baseline) + fmt::format("\ntraffic: [{{{}}}]\n", entry),
                   .listen = "127.0.0.1:0"})
    {
        account.control(
            "set",
            R"({"records_ms": 0, "rating_ms": 0, "reports_ms": 0, "detail_records_limit": 0, "usage_reports_limit": 0})");
    }

    std::int64_t requests(std::string_view path)
    {
        const auto seen = account.control("requests");
        const auto* const count = seen.at("by_path").as_object().if_contains(json::string_view(path));
        return count == nullptr ? 0 : count->to_number<std::int64_t>();
    }

    void until_read(daemon_process& daemon)
    {
        const auto wanted = requests("/usage_reports") + 3;
        for (int i = 0; i < 300 && requests("/usage_reports") < wanted; ++i)
            daemon.follow(100ms);
        ASSERT_GE(requests("/usage_reports"), wanted);
    }

    watched_account account;
};

TEST_F(TrafficWatched, RefusedAttemptsAreToldBeforeAnyMoneyGoes)
{
    daemon_process daemon(account.command_line({"run"}));
    const auto port = port_of(daemon);
    account.control("use", R"({"to": "+13125550100", "seconds": 60, "ago_s": 60})");
    until_read(daemon);
    account.control("use", R"({"to": "+3719000####", "count": 40, "refused": true})");
    const auto line = daemon.line_with("kind=unknown");
    EXPECT_NE(line.find("kind=unknown"), std::string::npos) << line;
    EXPECT_NE(line.find("severity=critical"), std::string::npos) << line;
    EXPECT_NE(line.find("to Latvia"), std::string::npos) << line;
    EXPECT_NE(line.find("all refused: somebody is trying"), std::string::npos) << line;
    until_read(daemon);
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_call_attempts_total", {R"(country="LV")"}),
              40);
    EXPECT_EQ(count(end(daemon), "finding opened"), 1U) << "the call to Chicago is trusted";
}

class CallsInARow : public TrafficWatched {
protected:
    CallsInARow() : TrafficWatched("product: sip-trunking, destinations: [US], max_calls_to_one_number: 3") {}
};

TEST_F(CallsInARow, AreCountedFromTheRecords)
{
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    account.control("use", R"({"to": "+13125550100", "seconds": 60, "ago_s": 60, "count": 8})");
    const auto line = daemon.line_with("kind=exceeded");
    EXPECT_NE(line.find("max_calls_to_one_number is 3"), std::string::npos) << line;
    EXPECT_NE(line.find("+1312555****"), std::string::npos) << line;
    EXPECT_EQ(line.find("0100"), std::string::npos) << line;
    static_cast<void>(end(daemon));
}

TEST_F(TrafficWatched, ThatCannotBeReadIsBlindAndTakesNothingBack)
{
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    account.control("use", R"({"to": "+37190000123", "refused": true})");
    EXPECT_NE(daemon.line_with("kind=unknown"), "");
    account.fault(R"({"kind": "status", "path": "/usage_reports", "status": 403})");
    EXPECT_NE(daemon.line_with("Cannot see traffic"), "");
    EXPECT_EQ(count(end(daemon), "finding resolved"), 0U);
}

TEST_F(TrafficWatched, IsReadOnceByACheck)
{
    account.control("use", R"({"to": "+37190000123", "refused": true})");
    const auto seen = account.check();
    EXPECT_EQ(seen.state("traffic"), "complete") << seen.reason("traffic");
    EXPECT_EQ(requests("/usage_reports"), 1);
    EXPECT_EQ(requests("/detail_records"), 1);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
