#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <future>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <utility>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"

// A person's decision about a finding holds for the state that the person looked at, and for no other.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr auto colleagues_url = "https://xml.attacker.example/dial.xml";  // harmless in these tests
constexpr auto thiefs_url = "https://evil.example/toll.xml";

class FindingStates : public BaselineAccept {
protected:
    // A colleague changes an application. It is not trusted yet, and somebody looks at it.
    json::object changed_application()
    {
        const auto done = account->attack("change_texml_url");
        application_ = json::value_to<std::string>(done.at("id"));
        return found("texml_applications");
    }
    // Somebody changes it again, and the daemon notices.
    void point_application_to(std::string_view url)
    {
        const auto before = object_of("texml_applications").at("state");
        account->control(
            "patch",
            fmt::format(R"({{"path": "/texml_applications", "id": "{}", "changes": {{"voice_url": "{}"}}}})",
                        application_, url));
        ASSERT_TRUE(until([&] { return object_of("texml_applications").at("state") != before; }));
    }
    // Waits until what the state file holds is as it should be.
    template <class Holds>
    bool until(Holds holds, std::chrono::seconds within = 20s) const
    {
        for (const auto end = std::chrono::steady_clock::now() + within; !holds();) {
            if (std::chrono::steady_clock::now() > end)
                return false;
            std::this_thread::sleep_for(100ms);
        }
        return true;
    }
    // Runs `baseline accept` on a terminal of its own; `answers` is a shell command that prints what is
    // typed when the question is there.
    outcome accept_at_a_terminal(const std::string& answers, std::vector<std::string> words) const
    {
        words.insert(words.begin(), {"baseline", "accept", "--reason", "wanted: OPS-1"});
        std::string command;
        for (const auto& word : account->command_line(std::move(words)))
            command += fmt::format("'{}' ", word);
        const auto screen = account->folder.file("terminal.txt");
        const auto line = fmt::format(
            "true > '{0}'; {{ until grep -q y/N '{0}'; do sleep 0.1; done; {1}; }} | "
            "script -qefc \"{2} {3}\" '{0}' 2>&1",
            screen, answers, fakes::daemon_binary(), command);
        outcome out;
        auto* const pipe = ::popen(line.c_str(), "r");
        std::array<char, 4096> piece{};
        while (const auto count = std::fread(piece.data(), 1, piece.size(), pipe))
            out.out.append(piece.data(), count);
        out.exit_code = WEXITSTATUS(::pclose(pipe));
        return out;
    }

    std::string application_;
};

TEST_F(FindingStates, WhatAThiefMadeOfTheObjectSinceSomebodyLookedIsNotTrusted)
{
    watch();
    const auto before = text();
    const auto looked_at = changed_application();
    const auto id = text_in(looked_at, "id");
    const auto tried = accept({id, "--dry-run"});
    EXPECT_EQ(tried.exit_code, 0) << tried.err;
    EXPECT_THAT(tried.out, HasSubstr(colleagues_url));
    EXPECT_THAT(tried.err, HasSubstr(seen_as(looked_at) + ": ")) << "the state to accept";

    point_application_to(thiefs_url);
    const auto now = object_of("texml_applications");
    for (const auto& words : std::vector<std::vector<std::string>>{{seen_as(looked_at)},
                                                                   {seen_as(looked_at), "--yes"},
                                                                   {seen_as(looked_at), "--dry-run"},
                                                                   {seen_as(looked_at), "--output=json"}}) {
        const auto refused = accept(words);
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_THAT(refused.err, AllOf(HasSubstr(seen_as(now)), HasSubstr(text_in(looked_at, "state")),
                                       HasSubstr("\"trunkwarden findings\"")));
    }
    for (const auto& words :
         std::vector<std::vector<std::string>>{{id}, {id, "--yes"}, {id, "--output=json"}}) {
        const auto refused = accept(words);
        EXPECT_EQ(refused.exit_code, 1) << "nobody was asked, and nobody said what was looked at";
        EXPECT_THAT(refused.err, AllOf(HasSubstr(id + " needs the state"), HasSubstr("--dry-run"),
                                       Not(HasSubstr(text_in(now, "state")))));
    }
    EXPECT_EQ(text(), before);
    EXPECT_EQ(accept({seen_as(now), "--yes"}).exit_code, 0) << "somebody looked at this one";
    EXPECT_THAT(text(), HasSubstr(thiefs_url));
    end();
}

TEST_F(FindingStates, AnObjectThatIsAsItWasAgainIsInTheStateThatWasLookedAt)
{
    watch();
    const auto looked_at = changed_application();
    point_application_to(thiefs_url);
    point_application_to(colleagues_url);
    EXPECT_EQ(object_of("texml_applications").at("state"), looked_at.at("state"));
    EXPECT_THAT(text_after_accepting(looked_at), HasSubstr(colleagues_url));
    end();
}

TEST_F(FindingStates, OnATerminalTheDifferenceIsShownAndAsked)
{
    watch();
    const auto before = text();
    const auto id = text_in(changed_application(), "id");
    const auto refused = accept_at_a_terminal("echo n", {id});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.out, AllOf(HasSubstr(colleagues_url), HasSubstr("Trust this from now on? [y/N]"),
                                   HasSubstr("Nothing was written.")));
    EXPECT_EQ(text(), before);
    const auto nothing_typed = accept_at_a_terminal("echo", {id});
    EXPECT_EQ(nothing_typed.exit_code, 1);
    EXPECT_EQ(text(), before);

    const auto taken = accept_at_a_terminal("echo y", {id});
    EXPECT_EQ(taken.exit_code, 0) << taken.out;
    EXPECT_THAT(text(), HasSubstr(colleagues_url));
    EXPECT_NE(daemon->line_with("finding resolved", 20s), "");
    end();
}

TEST_F(FindingStates, WhatAThiefMakesOfTheObjectWhileSomebodyIsAskedIsNotTrusted)
{
    watch();
    const auto before = text();
    const auto looked_at = changed_application();
    const auto typed = account->folder.file("typed");
    account->folder.write("terminal.txt", "");
    auto asked = std::async(std::launch::async, [&] {
        return accept_at_a_terminal(
            fmt::format("{{ while [ ! -e '{}' ]; do sleep 0.1; done; echo y; }}", typed),
            {text_in(looked_at, "id")});
    });
    EXPECT_TRUE(until([&] {
        return text_of_file(account->folder.file("terminal.txt")).find("Trust this") != std::string::npos;
    }));
    point_application_to(thiefs_url);
    account->folder.write("typed", "");
    const auto ended = asked.get();
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_THAT(ended.out, AllOf(HasSubstr(text_in(looked_at, "state")),
                                 ContainsRegex("nothing[ \r\n]+was[ \r\n]+written")));
    EXPECT_EQ(text(), before);
    end();
}

TEST_F(FindingStates, AnAcknowledgementIsOfTheStateThatWasLookedAt)
{
    watch();
    const auto looked_at = changed_application();
    const auto id = text_in(looked_at, "id");
    point_application_to(thiefs_url);
    const auto refused = run({"ack", seen_as(looked_at), "--reason", "ours"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr(text_in(looked_at, "state")), HasSubstr(id + "."),
                                   HasSubstr("\"trunkwarden findings\"")));
    const auto bare = run({"ack", id, "--reason", "ours"});
    EXPECT_EQ(bare.exit_code, 1) << "a message may show what it was before";
    EXPECT_THAT(bare.err, HasSubstr("you may have seen what it was before"));

    const auto taken =
        run({"ack", seen_as(object_of("texml_applications")), "--reason", "dana calls the carrier"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    EXPECT_EQ(run({"unack", seen_as(looked_at)}).exit_code, 0) << "reminders again: of whatever it is";
    EXPECT_EQ(run({"ack", id + ".x", "--reason", "ours"}).exit_code, 1);
    end();
}

TEST_F(FindingStates, AnAcknowledgementEndsWhenTheObjectIsThereAgainAfterItWasGone)
{
    watch();
    const auto forwarded = account->attack("forward_number");
    found("call_forwarding");
    account->take_back("forward_number", forwarded);
    ASSERT_NE(daemon->line_with("finding resolved"), "");
    account->attack("forward_number");
    const auto again = found("call_forwarding");
    ASSERT_EQ(run({"ack", seen_as(again), "--reason", "known"}).exit_code, 0);

    account->take_back("forward_number", forwarded);
    ASSERT_TRUE(until([&] { return !object_of("call_forwarding").at("absent_since").is_null(); }));
    const auto gone = run({"ack", seen_as(again), "--reason", "I removed it"});
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_THAT(gone.err, HasSubstr("gone since"));

    account->attack("forward_number");
    ASSERT_NE(daemon->line_with("finding changed"), "");
    ASSERT_TRUE(until([&] { return object_of("call_forwarding").at("absent_since").is_null(); }));
    EXPECT_EQ(object_of("call_forwarding").at("status"), "open");
    end();
}

// `check` keeps nothing, so its findings are in no state that somebody could accept.
TEST_F(FindingStates, CheckNamesNone)
{
    watch();
    changed_application();
    end();
    const auto checked = account->check();
    ASSERT_FALSE(checked.findings().empty());
    EXPECT_TRUE(checked.findings().at(0).at("state").is_null());
}

}  // namespace
}  // namespace trunkwarden::end_to_end
