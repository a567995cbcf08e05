#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"

// Reloads at the worst moments: the daemon neither dies nor hangs, and no finding is lost.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

// Reading it takes seconds.
std::string trusts_very_many_numbers()
{
    auto text = text_of_file(demo_baseline);
    text += "\nverified_numbers:\n";
    for (int number = 0; number < 400'000; ++number)
        text += fmt::format("  - {{phone_number: \"+1555{:07}\"}}\n", number);
    return text;
}

class ReloadInTrouble : public testing::Test {
protected:
    std::unique_ptr<daemon_process> watch(watch_options options, simulator::options api = {})
    {
        options.listen = "127.0.0.1:0";
        account = std::make_unique<watched_account>(std::move(options), with_demo_key(std::move(api)));
        account->attack("add_ip");
        auto daemon = std::make_unique<daemon_process>(account->command_line({"run", "--log.level=debug"}));
        port = port_of(*daemon);
        EXPECT_NE(daemon->line_with("finding opened"), "");
        return daemon;
    }
    std::unique_ptr<daemon_process> watch()
    {
        auto daemon = watch({.poll = std::string(rarely)});
        EXPECT_NE(daemon->line_with("sweep ended"), "");
        return daemon;
    }
    // With the settings as they are in the file.
    std::vector<std::string> with_settings(std::vector<std::string> words) const
    {
        words.push_back("--config.file=" + account->folder.file("trunkwarden.yml"));
        return words;
    }
    outcome command(std::vector<std::string> words) const
    {
        return run_binary(with_settings(std::move(words)));
    }

    std::unique_ptr<watched_account> account;
    std::uint16_t port = 0;
};

TEST_F(ReloadInTrouble, AStopDoesNotWaitForALargeFileThatIsBeingRead)
{
    const auto daemon = watch();
    account->folder.write("baseline.yml", trusts_very_many_numbers());
    daemon->signal(SIGHUP);
    daemon->follow(500ms);
    const auto asked_at = daemon_process::clock::now();
    daemon->signal(SIGTERM);
    daemon->signal(SIGHUP);  // an impatient reload must not kill it before it has written what it knows
    const auto ended = daemon->wait(30s);
    EXPECT_LT(daemon_process::clock::now() - asked_at, 3s);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(count(ended.err, "msg=reloaded"), 0U) << "it was still reading";
    account->folder.write("baseline.yml", text_of_file(demo_baseline));
    EXPECT_THAT(command({"findings"}).out, HasSubstr("192.0.2.66"));
}

TEST_F(ReloadInTrouble, AStopWhileNothingHappensTakesDownEverythingInOrder)
{
    const auto daemon = watch();
    daemon->signal(SIGHUP);
    ASSERT_NE(daemon->line_with("msg=reloaded", 10s), "");
    const auto asked_at = daemon_process::clock::now();
    end(*daemon);
    EXPECT_LT(daemon_process::clock::now() - asked_at, 3s);
    EXPECT_FALSE(fs::exists(account->folder.file("state.db-wal"))) << "the state file was closed";
}

TEST_F(ReloadInTrouble, AStormOfSignalsLosesNothingAndTheLastEditIsTaken)
{
    const auto daemon = watch();
    for (int signals = 0; signals < 20; ++signals) {
        daemon->signal(SIGHUP);
        daemon->follow(50ms);
    }
    account->folder.write("baseline.yml", trusts_the_added_ip());
    daemon->signal(SIGHUP);
    EXPECT_NE(daemon->line_with("finding resolved", 20s), "");
    daemon->follow(1s);
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "finding opened"), 1U) << log;
    EXPECT_EQ(count(log, "finding resolved"), 1U) << log;
}

TEST_F(ReloadInTrouble, TwoReloadsAtOnceWhileASweepIsUnderWayAreBothAnswered)
{
    simulator::options slow;
    slow.delay = 100ms;
    const auto daemon =
        watch({.poll = "{requests_per_second: 1000, interval: 2s, audit_interval: 0s}"}, slow);
    daemon_process first(with_settings({"reload"}));
    daemon_process second(with_settings({"reload"}));
    const auto outcome = first.wait();
    const auto other = second.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(other.exit_code, 0) << other.err;
    EXPECT_THAT(outcome.out, HasSubstr("nothing that is trusted changed"));
    EXPECT_THAT(other.out, HasSubstr("nothing that is trusted changed"));
    EXPECT_NE(daemon->line_with("sweep ended"), "");
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "finding opened"), 1U) << log;
    EXPECT_EQ(count(log, "finding resolved"), 0U) << log;
}

TEST_F(ReloadInTrouble, ASettingsFileThatIsAwayForAMomentIsTakenWhenItIsBack)
{
    const auto daemon = watch();
    const auto file = account->folder.file("trunkwarden.yml");
    fs::rename(file, file + ".away");
    EXPECT_THAT(daemon->line_with("an edited file is not valid", 10s), HasSubstr("trunkwarden.yml"));
    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);
    fs::rename(file + ".away", file);
    EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_config_last_reload_successful", {}), 1);
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "finding opened"), 1U);
    EXPECT_EQ(count(log, "finding resolved"), 0U);
}

TEST_F(ReloadInTrouble, AnAccountThatComesGoesAndComesAgainIsWatchedAnew)
{
    const auto daemon = watch();
    account->folder.write("second.yml", text_of_file(demo_baseline));
    const auto staging = fmt::format(
        "  - {{name: staging, api_key_file: key, baseline_file: second.yml, api_url: \"{}\", "
        "ca_file: \"{}\"}}\n",
        account->url, account->ca_file);
    for (int times = 0; times < 2; ++times) {
        account->edit_settings([&staging](std::string& text) { replace(text, "poll:", staging + "poll:"); });
        EXPECT_NE(daemon->line_with("account staging added", 10s), "");
        EXPECT_THAT(daemon->line_with("finding opened", 10s), HasSubstr("account=staging"));
        account->edit_settings([&staging](std::string& text) { replace(text, staging, ""); });
        EXPECT_NE(daemon->line_with("account staging removed", 10s), "");
        EXPECT_NE(daemon->line_with("msg=reloaded", 10s), "");
    }
    EXPECT_THAT(command({"findings"}).out, Not(HasSubstr("staging")));
    EXPECT_THAT(command({"findings"}).out, HasSubstr("production"));
    end(*daemon);
}

TEST_F(ReloadInTrouble, MessagesThatWaitForASinkGoWhereItIsNow)
{
    std::uint16_t gone = 0;
    {
        const receiver away;
        gone = away.port();
    }
    const auto daemon =
        watch({.poll = std::string(rarely), .more = alerts_to(fmt::format("http://127.0.0.1:{}", gone))});
    EXPECT_NE(daemon->line_with("a sink is unavailable", 20s), "");
    receiver hook;
    account->edit_settings(
        [&](std::string& text) { replace(text, fmt::format("http://127.0.0.1:{}", gone), hook.url()); });
    ASSERT_TRUE(hook.wait_for(1, 20s));
    EXPECT_THAT(hook.requests()[0].body, HasSubstr("192.0.2.66"));
    end(*daemon);
}

// As a backup, or a person with sqlite3, may hold it.
TEST_F(ReloadInTrouble, AStateFileThatIsLockedHoldsUpNoReload)
{
    const auto daemon = watch();
    const auto held = account->folder.write("held", "");
    const auto holding = fmt::format(
        "python3 -c \"import os, sqlite3, time\n"
        "db = sqlite3.connect('{}', isolation_level=None)\n"
        "db.execute('BEGIN IMMEDIATE')\n"
        "os.rename('{}', '{}.now')\n"
        "while os.path.exists('{}.now'): time.sleep(0.01)\" &",
        account->folder.file("state.db"), held, held, held);
    ASSERT_EQ(std::system(holding.c_str()), 0);
    while (fs::exists(held))
        daemon->follow(10ms);
    account->folder.write("baseline.yml", trusts_the_added_ip());
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");
    daemon->follow(500ms);
    fs::remove(held + ".now");
    const auto log = end(*daemon);
    EXPECT_EQ(count(log, "msg=reloaded"), 1U) << log;
    EXPECT_THAT(command({"findings"}).out, Not(HasSubstr("192.0.2.66"))) << "it is written down in the end";
}

}  // namespace
}  // namespace trunkwarden::end_to_end
