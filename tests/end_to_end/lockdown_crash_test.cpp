#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
        daemon_process process(
            on.command_line({"lockdown", "--account", "production", "--apply", "--yes", "--only",
                             "sip_credentials", "--directory", on.folder.file("incident")}),
            std::move(environment));
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
        const auto people = text_of_file(on.folder.file("incident/credentials.txt"));
        for (const auto& [id, password] : passwords_in_force(on)) {
            EXPECT_NE(password, original.at(id)) << "call " << at << ": " << after.out << after.err;
            EXPECT_THAT(people, HasSubstr(password + "\tactive since")) << "call " << at;
        }
        for (const auto& [path, bodies] : passwords_set(on))
            EXPECT_EQ(bodies.size(), 1U) << "call " << at << ": " << path << " was given two passwords";
    }
    EXPECT_GT(killed, 0);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
