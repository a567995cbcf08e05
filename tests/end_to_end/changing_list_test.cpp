#include <gtest/gtest.h>

#include "end_to_end/http_get.hpp"
#include "end_to_end/watched_account.hpp"

// Somebody creates or deletes objects all the time, so that a list is never the same twice.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view rogue = "+18765550199";

// Three pages: demo numbers, strangers, and at the very end the one that matters.
void create_numbers(watched_account& account)
{
    const auto create = [&account](std::string_view number) {
        account.control(
            "create",
            fmt::format(R"({{"path": "/phone_numbers", "object": {{"phone_number": "{}"}}}})", number));
    };
    for (int at = 0; at < 550; ++at)
        create(fmt::format("+1415556{:04}", at));
    create(rogue);
}

class ChangingList : public testing::TestWithParam<std::string_view> {
protected:
    explicit ChangingList(std::string_view poll = "{requests_per_second: 1000, timeout: 5s}")
        : account({.poll = std::string(poll), .listen = "127.0.0.1:0"})
    {
        create_numbers(account);
        account.fault(
            fmt::format(R"({{"path": "/phone_numbers", "kind": "page_shift", "body": "{}"}})", GetParam()));
    }
    watched_account account;
};

TEST_P(ChangingList, HidesNoObjectThatEachReadingShows)
{
    const auto report = account.check();
    EXPECT_EQ(report.state("phone_numbers"), "failed");
    EXPECT_NE(report.reason("phone_numbers").find("kept changing"), std::string::npos);
    bool is_found = false;
    for (const auto& found : report.findings()) {
        if (found.at("resource") != "phone_numbers")
            continue;
        EXPECT_NE(found.at("kind"), "missing") << found;
        is_found = is_found || json::serialize(found).find(rogue) != std::string::npos;
    }
    EXPECT_TRUE(is_found) << "it is on the last page, behind those that disagree";
}

INSTANTIATE_TEST_SUITE_P(Ways, ChangingList, testing::Values("delete", "insert"),
                         [](const auto& tested) { return std::string(tested.param); });

class WatchOfAChangingList : public ChangingList {
protected:
    WatchOfAChangingList()
        : ChangingList("{requests_per_second: 1000, interval: 300ms, timeout: 5s, stale_after: 6s}")
    {
    }
};

TEST_P(WatchOfAChangingList, IsToldAsBlindUntilItsPagesAgree)
{
    daemon_process daemon(account.command_line({"run"}));
    ASSERT_NE(port_of(daemon), 0);
    const auto blind = daemon.line_with("kind=blind resource=phone_numbers");
    EXPECT_NE(blind.find("severity=critical"), std::string::npos) << blind;
    EXPECT_NE(blind.find("kept changing"), std::string::npos) << blind;
    account.control("clear_faults");
    EXPECT_NE(daemon.line_with("resource can be read again"), "");
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait(20s).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Ways, WatchOfAChangingList, testing::Values("insert"),
                         [](const auto& tested) { return std::string(tested.param); });

}  // namespace
}  // namespace trunkwarden::end_to_end
