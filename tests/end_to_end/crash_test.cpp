#include <gtest/gtest.h>

#include <map>
#include <set>

#include "end_to_end/http_get.hpp"
#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/paths.hpp"
#include "fakes/receiver.hpp"

// The daemon killed before every call that writes, syncs, renames or sends (tests/crash/die_at.cpp), and with
// a disk that takes nothing: findings are reported all the same.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view one_sweep = "{requests_per_second: 1000, timeout: 5s, audit_interval: 0s}";

// The events of each finding that a receiver got, in their order.
std::map<std::string, std::vector<std::string>> told_to(const receiver& hook)
{
    std::map<std::string, std::vector<std::string>> out;
    std::set<std::string> deliveries;
    for (const auto& request : hook.requests()) {
        boost::system::error_code not_whole;
        const auto body = json::parse(request.body, not_whole);
        if (not_whole || !deliveries.insert(request.header("Idempotency-Key")).second)
            continue;  // cut off, or sent again: the id says so
        const auto event = json::value_to<std::string>(body.at("event"));
        if (const auto* item = body.as_object().if_contains("finding"))
            out[json::value_to<std::string>(item->at("id"))].push_back(event);
    }
    return out;
}

// A handshake and the system's certificates cost a run more than all the rest.
simulator::options without_tls()
{
    simulator::options options;
    options.tls = false;
    return with_demo_key(options);
}

class Crash : public testing::Test {
protected:
    std::vector<std::string> preloaded(std::vector<std::string> more = {}) const
    {
        more.push_back("LD_PRELOAD=" + fakes::die_at_library());
        more.push_back("ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0");
        more.push_back("DIE_FOLDER=" + account.folder.file("state"));
        more.push_back(fmt::format("DIE_PORT={}", hook.port()));
        return more;
    }

    outcome run_once(std::vector<std::string> environment)
    {
        daemon_process daemon(account.command_line({"run", "--sweeps=1"}), std::move(environment));
        return daemon.wait();
    }

    long count_calls()
    {
        const auto file = account.folder.file("count");
        const auto ended = run_once(preloaded({"DIE_COUNT=" + file}));
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        return number_at(text_of_file(file));
    }

    void forget_state() const
    {
        for (const char* rest : {"", "-wal", "-shm", ".lock"})
            std::filesystem::remove(account.folder.file("state.db") + rest);
    }

    receiver hook;
    watched_account account{
        {.poll = std::string(one_sweep), .listen = "127.0.0.1:0", .more = alerts_to(hook.url())},
        without_tls()};
};

// All points, in parts that can run side by side: the parameter is the first of them.
constexpr long parts = 8;
class CrashAt : public Crash, public testing::WithParamInterface<long> {
protected:
    // Changes that are put while a write is under way share the next one, so that runs differ in the number
    // of their calls: a run with fewer ends without being killed.
    void note(const outcome& run, long at)
    {
        ASSERT_TRUE(run.exit_code == 128 + SIGKILL || run.exit_code == 0) << "call " << at << ": " << run.err;
        ++(run.exit_code == 0 ? ended_ : killed_);
    }
    void TearDown() override
    {
        EXPECT_GT(killed_, 4 * ended_) << "it was to be killed, not to end by itself";
    }

private:
    long killed_ = 0;
    long ended_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Parts, CrashAt, testing::Range(1L, parts + 1));

// A finding from before the kill, or one that is found again after it, is reported.
TEST_P(CrashAt, AnyPointWhileFindingsOpenNothingIsLost)
{
    account.attack("add_ip");
    account.attack("forward_number");
    const auto calls = count_calls();
    ASSERT_GT(calls, 20);
    const auto findings = told_to(hook).size();
    ASSERT_EQ(findings, 2U);

    for (long at = GetParam(); at <= calls; at += parts) {
        forget_state();
        hook.forget();
        std::vector<std::string> dying{fmt::format("DIE_AT={}", at)};
        if (at % 3 == 0)
            dying.emplace_back("DIE_TORN=1");
        const auto killed = run_once(preloaded(std::move(dying)));
        note(killed, at);
        const auto after = run_once({});
        ASSERT_EQ(after.exit_code, 0) << "after call " << at << ": " << after.err;
        const auto told = told_to(hook);
        ASSERT_EQ(told.size(), findings) << "killed before call " << at << " of " << calls;
        for (const auto& [finding, events] : told)
            EXPECT_EQ(events.front(), "opened") << "killed before call " << at;
    }
}

TEST_P(CrashAt, AnyPointWhileFindingsResolveNothingIsLost)
{
    const auto ip = account.attack("add_ip");
    const auto number = account.attack("forward_number");
    ASSERT_EQ(run_once({}).exit_code, 0);
    std::filesystem::copy_file(account.folder.file("state.db"), account.folder.file("opened.db"));
    account.take_back("add_ip", ip);
    account.take_back("forward_number", number);
    hook.forget();
    const auto calls = count_calls();
    ASSERT_GT(calls, 10);

    for (long at = GetParam(); at <= calls; at += parts) {
        forget_state();
        std::filesystem::copy_file(account.folder.file("opened.db"), account.folder.file("state.db"));
        hook.forget();
        const auto killed = run_once(preloaded({fmt::format("DIE_AT={}", at)}));
        note(killed, at);
        const auto after = run_once({});
        ASSERT_EQ(after.exit_code, 0) << "after call " << at << ": " << after.err;
        const auto told = told_to(hook);
        ASSERT_EQ(told.size(), 2U) << "killed before call " << at << " of " << calls;
        for (const auto& [finding, events] : told)
            EXPECT_EQ(events, std::vector<std::string>{"resolved"}) << "killed before call " << at;
    }
}

class SickDisk : public Crash, public testing::WithParamInterface<int> {};

// ENOSPC and EROFS while it runs.
TEST_P(SickDisk, TheWatchGoesOnSaysSoAndCatchesUpWhenItIsWell)
{
    account.poll_again("{requests_per_second: 1000, interval: 500ms, timeout: 5s, audit_interval: 0s}");
    const auto sick = account.folder.file("sick");
    auto environment = preloaded({"FAIL_WHILE=" + sick, fmt::format("FAIL_WITH={}", GetParam())});
    daemon_process daemon(account.command_line({"run", "--log.level=debug"}), environment);
    const auto port = port_of(daemon);
    ASSERT_NE(daemon.line_with("result=complete"), "");
    account.attack("add_ip");
    ASSERT_TRUE(hook.wait_for(1));
    daemon.follow(500ms);

    account.folder.write("sick", "");
    account.attack("forward_number");
    ASSERT_TRUE(hook.wait_for(2)) << "told although it cannot be written down";
    ASSERT_NE(daemon.line_with("the state file cannot be written"), "");
    ASSERT_NE(daemon.line_with("Cannot remember"), "") << "a finding of its own";
    EXPECT_EQ(metric(http_get(port, "/metrics").body, "trunkwarden_state_file_writable", {}), 0);
    EXPECT_EQ(http_get(port, "/-/healthy").status, 200);

    std::filesystem::remove(sick);
    ASSERT_NE(daemon.line_with("the state file can be written again"), "");
    ASSERT_NE(daemon.line_with("finding resolved"), "");
    daemon.follow(500ms);
    const auto told_before = told_to(hook).size();
    daemon.signal(SIGKILL);
    daemon.wait();
    const auto again = run_once({});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.err.find("finding opened"), std::string::npos) << "all was caught up with: " << again.err;
    EXPECT_EQ(told_to(hook).size(), told_before);
}

INSTANTIATE_TEST_SUITE_P(Errors, SickDisk, testing::Values(ENOSPC, EROFS, EIO));

TEST_F(Crash, AFolderThatTakesNothingFromTheStartIsSaidAndTheWatchGoesOn)
{
    account.attack("add_ip");
    account.folder.write("sick", "");
    auto environment =
        preloaded({"FAIL_WHILE=" + account.folder.file("sick"), fmt::format("FAIL_WITH={}", EROFS)});
    const auto ended = run_once(std::move(environment));
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_NE(ended.err.find("there is no state file"), std::string::npos) << ended.err;
    EXPECT_EQ(told_to(hook).size(), 2U) << "the address, and that nothing is remembered";
}

TEST_F(Crash, TwoDaemonsDoNotShareAStateFile)
{
    account.poll_again("{requests_per_second: 1000, interval: 500ms, timeout: 5s}");
    daemon_process first(account.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(first.line_with("sweep ended"), "");
    const auto second = run_once({});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_NE(second.err.find("another trunkwarden has the state file"), std::string::npos) << second.err;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
