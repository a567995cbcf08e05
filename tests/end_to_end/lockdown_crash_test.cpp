#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <fmt/format.h>
#include <map>
#include <set>

#include "end_to_end/watched_account.hpp"
#include "fakes/paths.hpp"

// The lockdown killed before every call that writes, syncs, renames or sends once its folder is there
// (tests/crash/die_at.cpp).

namespace trunkwarden::end_to_end {
namespace {

using testing::HasSubstr;

constexpr long parts_of_a_lockdown = 25;
class LockdownKilledAt : public testing::TestWithParam<long> {
protected:
    static simulator::options without_tls()
    {
        simulator::options options;
        options.tls = false;
        return with_demo_key(options);
    }
    outcome run_once(watched_account& on, std::vector<std::string> environment = {}) const
    {
        std::vector<std::string> words{"lockdown",
                                       "--account",
                                       "production",
                                       "--apply",
                                       "--yes",
                                       "--directory",
                                       on.folder.file("incident")};
        words.insert(words.end(), steps.begin(), steps.end());
        daemon_process process(on.command_line(std::move(words)), std::move(environment));
        return process.wait();
    }
    static std::vector<std::string> preloaded(const watched_account& on, std::vector<std::string> more)
    {
        more.push_back("LD_PRELOAD=" + fakes::die_at_library());
        more.emplace_back("ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0");
        more.push_back("DIE_FOLDER=" + on.folder.file("incident"));
        more.push_back("DIE_PORT=" +
                       on.url.substr(on.url.rfind(':') + 1, on.url.rfind('/') - on.url.rfind(':') - 1));
        return more;
    }
    static std::map<std::string, std::string> passwords_in_force(watched_account& on)
    {
        std::map<std::string, std::string> out;
        for (const char* path : {"/credential_connections", "/uac_connections"}) {
            const auto state = on.control("state", fmt::format(R"({{"path": "{}"}})", path));
            for (const auto& item : state.at("data").as_array())
                out.emplace(json::value_to<std::string>(item.at("id")),
                            json::value_to<std::string>(item.at("password")));
        }
        return out;
    }
    // The passwords that were ever set, by the path of their connection.
    static std::map<std::string, std::set<std::string>> passwords_set(watched_account& on)
    {
        std::map<std::string, std::set<std::string>> out;
        const auto requests = on.control("requests");
        for (const auto& item : requests.at("writes").as_array())
            if (const auto body = json::serialize(item.at("body"));
                body.find("password") != std::string::npos)
                out[json::value_to<std::string>(item.at("path"))].insert(body);
        return out;
    }
    // Each active password is a new one that people find, and no connection was given two.
    static void expect_new_passwords(watched_account& on, const std::map<std::string, std::string>& original,
                                     const std::string& where)
    {
        const auto people = text_of_file(on.folder.file("incident/credentials.txt"));
        for (const auto& [id, password] : passwords_in_force(on)) {
            EXPECT_NE(password, original.at(id)) << where;
            EXPECT_THAT(people, HasSubstr(password + "\tactive since")) << where;
        }
        for (const auto& [path, bodies] : passwords_set(on))
            EXPECT_EQ(bodies.size(), 1U) << where << ": " << path << " was given two passwords";
    }

    std::vector<std::string> steps{"--only", "sip_credentials"};
};
INSTANTIATE_TEST_SUITE_P(Parts, LockdownKilledAt, testing::Range(0L, parts_of_a_lockdown));

TEST_P(LockdownKilledAt, AnyPointNoPasswordIsLostAndNoneIsMadeTwice)
{
    watched_account counted({.poll = "{requests_per_second: 1000, timeout: 5s}"}, without_tls());
    const auto original = passwords_in_force(counted);
    ASSERT_EQ(original.size(), 3U);
    run_once(counted, preloaded(counted, {"DIE_COUNT=" + counted.folder.file("count")}));
    const auto calls = std::stol(text_of_file(counted.folder.file("count")));
    const auto kept = text_of_file(counted.folder.file("incident/secrets.jsonl"));
    ASSERT_EQ(std::ranges::count(kept, '\n'), 4);
    ASSERT_GT(calls, 60);
    constexpr long after_reading = 100;  // so many calls at the end come after the account was read
    long killed = 0;
    for (long at = std::max(1L, calls - after_reading) + GetParam(); at <= calls; at += parts_of_a_lockdown) {
        watched_account on({.poll = "{requests_per_second: 1000, timeout: 5s}"}, without_tls());
        std::vector<std::string> dying{fmt::format("DIE_AT={}", at)};
        if (at % 3 == 0)
            dying.emplace_back("DIE_TORN=1");
        killed += run_once(on, preloaded(on, std::move(dying))).exit_code == 128 + SIGKILL ? 1 : 0;
        const auto remembered = text_of_file(on.folder.file("incident/secrets.jsonl"));
        for (const auto& [id, password] : passwords_in_force(on))
            EXPECT_TRUE(password == original.at(id) || remembered.find(password) != std::string::npos)
                << "killed before call " << at << " of " << calls
                << ": a password is in force and not on the disk";
        const auto after = run_once(on);
        expect_new_passwords(on, original, fmt::format("call {}: {}{}", at, after.out, after.err));
    }
    EXPECT_GT(killed, 0);
}

// All steps, in an account that was taken over, and signals that end a program without asking it.
constexpr long parts_of_the_whole = 6;
class WholeLockdownEndedAt : public LockdownKilledAt {
protected:
    WholeLockdownEndedAt() { steps.clear(); }
    static watch_options with_own_key()
    {
        return {.poll = "{requests_per_second: 1000, timeout: 5s}",
                .account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n"};
    }
    static void take_over(watched_account& on)
    {
        for (const char* step :
             {"add_ip", "add_texml_application", "forward_number", "loosen_outbound_profile",
              "add_outbound_profile", "add_messaging_profile", "add_api_key", "change_connection_webhook"})
            on.attack(step);
    }
};
INSTANTIATE_TEST_SUITE_P(Parts, WholeLockdownEndedAt, testing::Range(0L, parts_of_the_whole));

TEST_P(WholeLockdownEndedAt, AnyPointTheNextRunPutsTheAccountRight)
{
    watched_account counted(with_own_key(), without_tls());
    take_over(counted);
    const auto original = passwords_in_force(counted);
    const auto whole = run_once(counted, preloaded(counted, {"DIE_COUNT=" + counted.folder.file("count")}));
    ASSERT_EQ(whole.exit_code, 0) << whole.out << whole.err;
    const auto calls = std::stol(text_of_file(counted.folder.file("count")));
    constexpr std::array signals{SIGKILL, SIGTERM, SIGINT, SIGHUP};
    constexpr long points = 2 * parts_of_the_whole;
    for (const long point : {GetParam(), GetParam() + parts_of_the_whole}) {
        const long at = 1 + point * calls / points;
        const int number = signals.at(static_cast<std::size_t>(point) % signals.size());
        const auto where = fmt::format("signal {} before call {} of {}", number, at, calls);
        watched_account on(with_own_key(), without_tls());
        take_over(on);
        std::vector<std::string> dying{fmt::format("DIE_AT={}", at), fmt::format("DIE_WITH={}", number)};
        if (point % 3 == 0)
            dying.emplace_back("DIE_TORN=1");
        EXPECT_EQ(run_once(on, preloaded(on, std::move(dying))).exit_code, 128 + number) << where;
        const auto after = run_once(on);
        EXPECT_EQ(after.exit_code, 0) << where << ": " << after.out << after.err;
        expect_new_passwords(on, original, where);
        const auto left = on.check();
        for (const auto& item : left.findings())
            EXPECT_THAT(json::serialize(item), HasSubstr(R"("actual":"false")"))
                << where << ": only objects that are off are left";
    }
}

}  // namespace
}  // namespace trunkwarden::end_to_end
