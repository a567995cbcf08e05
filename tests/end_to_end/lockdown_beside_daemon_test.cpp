#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <thread>

#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// The playbook beside a running daemon, which notifies people and acts: the real binary and the simulator.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

class LockdownBesideADaemon : public testing::Test {
protected:
    void watch(std::string_view mode)
    {
        on = std::make_unique<watched_account>(watch_options{
            .poll =
                "{interval: 1s, audit_interval: 1s, usage_interval: 1s, requests_per_second: 1000, timeout: 1s}",
            .account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n",
            .more = fmt::format("quarantine: {{mode: {}, warmup_cycles: 1}}\n"
                                "alerts:\n  sinks:\n    - {{name: hook, type: webhook, url: \"{}/hook\"}}\n",
                                mode, people.url())});
        start();
        daemon->follow(2s);  // it has said what it had to say
        people.forget();
    }
    void start()
    {
        daemon = std::make_unique<daemon_process>(on->command_line({"run", "--log.level=debug"}));
        ASSERT_NE(daemon->line_with("result=complete"), "");
    }
    outcome ask(std::vector<std::string> words) { return run_binary(on->command_line(std::move(words))); }
    void lock_down()
    {
        const auto applied = ask({"lockdown", "--account", "production", "--apply", "--yes"});
        ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    }
    json::array findings()
    {
        json::error_code failed;
        const auto parsed = json::parse(ask({"findings", "--output=json"}).out, failed);
        return failed || !parsed.is_array() ? json::array() : parsed.as_array();
    }
    // The ids of those that people have to look at, of a resource or all.
    std::vector<std::string> open_findings(std::string_view resource = {})
    {
        std::vector<std::string> out;
        for (const auto& each : findings())
            if (each.at("status") == "open" &&
                (resource.empty() || each.at("resource").as_string() == json::string_view(resource)))
                out.push_back(json::value_to<std::string>(each.at("id")));
        return out;
    }
    // The messages that something is wrong.
    std::vector<std::string> pages() const
    {
        std::vector<std::string> out;
        for (const auto& request : people.requests())
            for (const char* event : {"opened", "changed", "recreated"})
                if (request.body.find(fmt::format(R"("event":"{}")", event)) != std::string::npos)
                    out.push_back(request.body);
        return out;
    }
    std::size_t writes() { return on->control("requests").at("writes").as_array().size(); }
    static bool until(const std::function<bool()>& holds)
    {
        for (int times = 0; times < 200; ++times) {
            if (holds())
                return true;
            std::this_thread::sleep_for(100ms);
        }
        return false;
    }

    receiver people;
    std::unique_ptr<watched_account> on;
    std::unique_ptr<daemon_process> daemon;
};

TEST_F(LockdownBesideADaemon, ItsOwnChangesArePagedToNobodyAndNotUndone)
{
    watch("auto");
    const auto before = open_findings();
    lock_down();
    daemon->follow(6s);
    EXPECT_EQ(open_findings(), before);
    EXPECT_THAT(pages(), IsEmpty());
    EXPECT_TRUE(std::ranges::any_of(findings(), [](const json::value& each) {
        return each.at("status") == "contained" && each.at("severity") == "info";
    })) << "auto-recharge is off, and that is shown";
    EXPECT_THAT(ask({"quarantine", "list"}).out, HasSubstr("done: new password for credential connection"));

    const auto by_lockdown = writes();
    EXPECT_EQ(ask({"quarantine", "thaw"}).exit_code, 0);
    daemon->follow(4s);
    EXPECT_EQ(writes(), by_lockdown);
    daemon->signal(SIGTERM);
    daemon->wait();
    start();
    daemon->follow(4s);
    EXPECT_EQ(open_findings(), before) << "it knows that after a restart, too";
    EXPECT_THAT(pages(), IsEmpty());
    EXPECT_EQ(writes(), by_lockdown);
}

TEST_F(LockdownBesideADaemon, AThiefWhoMakesAPasswordInTheSameMinuteIsTold)
{
    watch("dry_run");
    lock_down();
    on->attack("change_connection_password");
    EXPECT_TRUE(until([&] { return !open_findings("credential_connections").empty(); }));
    EXPECT_TRUE(until([&] { return !pages().empty(); }));
}

TEST_F(LockdownBesideADaemon, TheObjectOfAThiefIsContainedAndStaysHis)
{
    watch("dry_run");
    const std::string thief = "0b7f4d1e-5a3c-4e9b-8f26-7d9c1a2b3c4d";
    on->control("attack", fmt::format(R"({{"name": "add_texml_application", "user_id": "{}"}})", thief));
    ASSERT_TRUE(until([&] { return !open_findings("texml_applications").empty(); }));
    lock_down();
    EXPECT_TRUE(until([&] { return open_findings("texml_applications").empty(); }));
    daemon->follow(4s);
    std::size_t count = 0;
    for (const auto& each : findings()) {
        if (each.at("resource") != "texml_applications")
            continue;
        ++count;
        EXPECT_EQ(each.at("status"), "contained") << json::serialize(each);
        EXPECT_EQ(each.at("actor").at("user_id").as_string(), json::string_view(thief))
            << json::serialize(each);
    }
    EXPECT_EQ(count, 1U);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
