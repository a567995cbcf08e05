#include <gtest/gtest.h>

#include "end_to_end/scenarios.hpp"

// A busy day of the owners is no theft, and a theft on it is one.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view by_the_use =
    "{requests_per_second: 1000, interval: 500ms, large_interval: 500ms, timeout: 5s, audit_interval: 0s, "
    "usage_interval: 200ms, stale_after: 10s}";

// The demo's, with limits on its use and the network of its phone.
std::string limited_demo()
{
    auto text = text_of_file(demo_baseline);
    replace(text, "ua_ip: 203.0.113.20\n", "ua_ip: 203.0.113.16/28\n");
    return text +
           "\nspending: {max_per_minute: \"15.00\", max_per_hour: \"25.00\", max_single_charge: \"60.00\"}\n"
           "traffic: [{product: sip-trunking, destinations: [US, CA], max_calls_per_hour: 500}]\n";
}

class HonestUse : public testing::Test {
protected:
    HonestUse()
        : account({.poll = std::string(by_the_use), .baseline = limited_demo(), .listen = "127.0.0.1:0"})
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

    // Until balance and traffic as they are now were read, and their findings were reported.
    void until_read(daemon_process& daemon)
    {
        const auto reports = requests("/usage_reports") + 3;
        const auto balances = requests("/balance") + 3;
        const auto is_read = [&] {
            return requests("/usage_reports") >= reports && requests("/balance") >= balances;
        };
        for (int i = 0; i < 300 && !is_read(); ++i)
            daemon.follow(100ms);
        ASSERT_TRUE(is_read());
    }

    watched_account account;
};

TEST_F(HonestUse, IsToldToNobodyAndATheftAfterItIs)
{
    account.control("honest", R"({"name": "phone_moves"})");
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    for (const auto* use : {"monday_morning", "campaign", "month_end_bill", "number_purchase"}) {
        account.control("honest", fmt::format(R"({{"name": "{}", "ago_s": 900}})", use));
        until_read(daemon);
        EXPECT_EQ(daemon.line_with("finding opened", 0ms), "") << use;
    }
    account.control("theft", R"({"name": "burst_to_latvia", "seconds": 1, "waves": 1})");
    const auto line = daemon.line_with("to Latvia");
    EXPECT_NE(line.find("kind=unknown"), std::string::npos) << line;
    static_cast<void>(end(daemon));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
