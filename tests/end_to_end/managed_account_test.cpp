#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"

// A managed account, watched with the key of its manager: the header X-Managed-Account-Id decides which of
// the two a request is about, so that one request without it would judge, or change, the manager's account.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view branch_office = "59f33aec-8acd-4cd6-b7ef";

class ManagedAccount : public testing::Test {
protected:
    ManagedAccount()
        : on({.poll = "{interval: 1s, audit_interval: 1s, requests_per_second: 1000, timeout: 5s}",
              .account_extra =
                  fmt::format("    managed_account_id: {}\n"
                              "    api_keys: {{own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}}\n",
                              branch_office),
              .more = "quarantine: {mode: auto, warmup_cycles: 1}\n"},
             with_branch())
    {
    }
    static simulator::options with_branch()
    {
        auto api = with_demo_key();
        api.managed_accounts.emplace(branch_office, fakes::in_project("config/demo/account.yml"));
        return api;
    }
    void attack_branch(std::string_view name)
    {
        on.control("attack",
                   fmt::format(R"({{"name": "{}", "managed_account_id": "{}"}})", name, branch_office));
    }
    bool has_the_thiefs_ip(std::string_view more)
    {
        const auto state = on.control("state", fmt::format(R"({{"path": "/ips"{}}})", more));
        return json::serialize(state).find("192.0.2.66") != std::string::npos;
    }
    // Each request names the managed account.
    void expect_all_inside()
    {
        const auto seen = on.control("requests");
        EXPECT_GT(seen.at("total").as_int64(), 0);
        EXPECT_EQ(seen.at("by_managed_account").at(branch_office), seen.at("total")) << seen.at("by_path");
    }
    const std::string inside = fmt::format(R"(, "managed_account_id": "{}")", branch_office);

    watched_account on;
};

TEST_F(ManagedAccount, IsReadAndNotItsManager)
{
    on.attack("add_ip");
    const auto manager_attacked = on.check();
    EXPECT_EQ(manager_attacked.ended.exit_code, 0) << manager_attacked.ended.out;
    expect_all_inside();
    attack_branch("add_ip");
    const auto branch_attacked = on.check();
    EXPECT_EQ(branch_attacked.ended.exit_code, 2);
    ASSERT_EQ(branch_attacked.findings().size(), 1U);
    EXPECT_EQ(branch_attacked.findings().at(0).at("resource"), "ips");
    expect_all_inside();
}

TEST_F(ManagedAccount, IsTriedByDoctorAndCapturedInside)
{
    const std::vector<std::vector<std::string>> commands{
        {"doctor"}, {"doctor", "--probe-api"}, {"baseline", "capture", "--account", "production"}};
    for (const auto& words : commands) {
        on.control("reset_requests");
        static_cast<void>(run_binary(on.command_line(words)));
        expect_all_inside();
    }
}

// The same object is with the manager, too, and stays.
TEST_F(ManagedAccount, IsPutRightInside)
{
    on.attack("add_ip");
    attack_branch("add_ip");
    daemon_process daemon(on.command_line({"run"}));
    EXPECT_NE(daemon.line_with("finding contained"), "");
    EXPECT_NE(daemon.line_with(" state=done "), "");
    EXPECT_FALSE(has_the_thiefs_ip(inside));
    EXPECT_TRUE(has_the_thiefs_ip(""));
    expect_all_inside();
    static_cast<void>(end(daemon));
}

TEST_F(ManagedAccount, OfSomebodyElseIsRefusedAndNotReplacedByTheManager)
{
    on.settings_file();
    on.edit_settings([](std::string& text) { replace(text, branch_office, "4711"); });
    const auto seen = report_of(run_binary(on.command_line({"check", "--output=json"})));
    EXPECT_EQ(seen.ended.exit_code, 4) << seen.ended.out;
    EXPECT_THAT(seen.reason("ips"), HasSubstr("403"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
