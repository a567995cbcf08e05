#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"

// Stolen credentials change nothing in the account: the money shows them.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view by_the_money =
    "{requests_per_second: 1000, interval: 500ms, large_interval: 500ms, timeout: 5s, audit_interval: 0s, "
    "usage_interval: 200ms, stale_after: 2s}";

std::string limited(std::string_view limits)
{
    return text_of_file(demo_baseline) + fmt::format("\nspending: {{{}}}\n", limits);
}

class SpendingWatched : public testing::Test {
protected:
    explicit SpendingWatched(std::string_view limits = R"(max_per_minute: "3.00", max_per_day: "500.00")")
        : account({.poll = std::string(by_the_money), .baseline = limited(limits), .listen = "127.0.0.1:0"})
    {
    }

    std::int64_t readings() { return account_requests("/balance"); }

    std::int64_t account_requests(std::string_view path)
    {
        const auto seen = account.control("requests");
        const auto* const count = seen.at("by_path").as_object().if_contains(json::string_view(path));
        return count == nullptr ? 0 : count->to_number<std::int64_t>();
    }

    // Until the balance as it is now was read, and its findings were reported.
    void until_read(daemon_process& daemon)
    {
        const auto wanted = readings() + 3;
        for (int i = 0; i < 300 && readings() < wanted; ++i)
            daemon.follow(100ms);
        ASSERT_GE(readings(), wanted);
    }

    void spend(std::string_view amount)
    {
        account.control("money", fmt::format(R"({{"spend": "{}"}})", amount));
    }

    watched_account account;
};

TEST_F(SpendingWatched, ABurstIsTold)
{
    daemon_process daemon(account.command_line({"run"}));
    const auto port = port_of(daemon);
    until_read(daemon);
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_balance", {R"(currency="USD")"}), 400);
    spend("45.00");
    const auto line = daemon.line_with("kind=exceeded");
    EXPECT_NE(line.find("severity=critical"), std::string::npos) << line;
    EXPECT_NE(line.find("USD 45.00 in the minute to"), std::string::npos) << line;
    EXPECT_NE(line.find("at this rate the balance of 355.00 is gone in"), std::string::npos) << line;
    const auto page = http_get(port, "/metrics").body;
    EXPECT_EQ(metric(page, "trunkwarden_spent_total", {R"(currency="USD")"}), 45);
    EXPECT_EQ(metric(page, "trunkwarden_findings", {R"(kind="exceeded")", R"(resource="spending")"}), 1);
    account.control("money", R"({"top_up": "70.00"})");
    until_read(daemon);
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_top_ups_total", {R"(source="by_hand")"}),
              1);
    EXPECT_EQ(count(end(daemon), "finding opened"), 1U) << "and then it is offered to be stopped";
}

class MonthlyBill : public SpendingWatched {
protected:
    MonthlyBill() : SpendingWatched(R"(max_per_minute: "3.00", max_single_charge: "60.00")") {}
};

TEST_F(MonthlyBill, IsNoTheft)
{
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    spend("55.00");
    until_read(daemon);
    spend("2.00");
    until_read(daemon);
    spend("45.00");
    const auto line = daemon.line_with("kind=exceeded");
    EXPECT_NE(line.find("USD 47.00 in the minute to"), std::string::npos) << line;
    EXPECT_EQ(count(end(daemon), "kind=exceeded"), 1U);
}

class SpentOverADay : public SpendingWatched {
protected:
    SpentOverADay() : SpendingWatched(R"(max_per_day: "50.00")") {}
};

TEST_F(SpentOverADay, IsAddedUpAcrossARestart)
{
    {
        daemon_process daemon(account.command_line({"run"}));
        until_read(daemon);
        spend("30.00");
        until_read(daemon);
        EXPECT_EQ(count(end(daemon), "kind=exceeded"), 0U);
    }
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    spend("30.00");
    const auto line = daemon.line_with("kind=exceeded");
    EXPECT_NE(line.find("max_per_day"), std::string::npos) << line;
    EXPECT_NE(line.find("USD 60.00 on"), std::string::npos) << line;
}

TEST_F(SpendingWatched, ThatCannotBeReadIsBlindAndTakesNothingBack)
{
    daemon_process daemon(account.command_line({"run"}));
    until_read(daemon);
    spend("45.00");
    EXPECT_NE(daemon.line_with("kind=exceeded"), "");
    account.fault(R"({"kind": "status", "path": "/balance", "status": 403})");
    EXPECT_NE(daemon.line_with("Cannot see spending"), "");
    EXPECT_EQ(count(end(daemon), "finding resolved"), 0U);
}

TEST_F(SpendingWatched, IsReadOnceByACheck)
{
    const auto seen = account.check();
    EXPECT_EQ(seen.state("spending"), "complete") << seen.reason("spending");
    EXPECT_EQ(account_requests("/balance"), 1);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
