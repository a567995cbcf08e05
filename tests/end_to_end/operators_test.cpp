#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <pwd.h>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"

// Commands that an operator types at night, against the real binary: filters, several ids, and questions.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view quick_with_audit_log =
    "{requests_per_second: 1000, interval: 300ms, large_interval: 300ms, timeout: 5s, audit_interval: 1s}";

class Operators : public BaselineAccept {
protected:
    // A user makes two heavy changes: an incident. Nothing else is open.
    void watch_a_takeover()
    {
        account = std::make_unique<watched_account>(watch_options{.poll = std::string(quick_with_audit_log)});
        watch_again();
        for (const char* step : {"add_ip", "forward_number"})
            account->attack(step);
        ASSERT_TRUE(until([&] { return !incident().empty(); })) << run({"findings"}).out;
    }
    // Of the finding about a forwarding, once all of its findings are part of it.
    std::string incident() const
    {
        std::set<std::string> names;
        for (const auto& item : findings())
            names.insert(item.at("incident").is_null() ? "" : text_in(item.as_object(), "incident"));
        return names.size() == 1 ? *names.begin() : "";
    }
    std::vector<std::string> resources(std::vector<std::string> filters) const
    {
        filters.insert(filters.begin(), {"findings", "--output=json"});
        const auto told = run(std::move(filters));
        EXPECT_EQ(told.exit_code, 0) << told.err;
        std::vector<std::string> out;
        const auto list = json::parse(told.out).as_array();
        for (const auto& item : list)
            out.push_back(text_in(item.as_object(), "resource"));
        return out;
    }
    // The refusal with exit code 1, on stderr.
    std::string refusal(std::vector<std::string> words) const
    {
        const auto told = run(std::move(words));
        EXPECT_EQ(told.exit_code, 1) << told.out;
        return told.err;
    }
    // Whether the state file shows it so soon.
    bool becomes(std::string_view resource, std::string_view status) const
    {
        return until([&] { return text_in(object_of(resource), "status") == status; });
    }
    // Runs it on a terminal, where somebody reads the question and types the answer.
    outcome at_a_terminal(const std::string& answer, std::vector<std::string> words) const
    {
        std::string command = fakes::daemon_binary();
        for (const auto& word : account->command_line(std::move(words)))
            command += fmt::format(" '{}'", word);
        const auto screen = account->folder.file("terminal.txt");
        const auto line = fmt::format(
            "true > '{0}'; {{ until grep -q y/N '{0}'; do sleep 0.1; done; echo {1}; }} | "
            "script -qefc \"{2}\" '{0}' 2>&1",
            screen, answer, command);
        outcome out;
        auto* const pipe = ::popen(line.c_str(), "r");
        std::array<char, 4096> piece{};
        while (const auto count = std::fread(piece.data(), 1, piece.size(), pipe))
            out.out.append(piece.data(), count);
        out.exit_code = WEXITSTATUS(::pclose(pipe));
        return out;
    }
    template <class Holds>
    bool until(Holds holds, std::chrono::seconds within = 30s) const
    {
        for (const auto end = std::chrono::steady_clock::now() + within; !holds();) {
            if (std::chrono::steady_clock::now() > end)
                return false;
            std::this_thread::sleep_for(100ms);
        }
        return true;
    }
};

using strings = std::vector<std::string>;

TEST_F(Operators, FilterWhatIsOpen)
{
    watch_a_takeover();
    const auto name = incident();
    EXPECT_EQ(resources({}).size(), 2U);
    EXPECT_EQ(resources({"--resource", "ips"}), strings{"ips"});
    EXPECT_EQ(resources({"--resource=ips,call_forwarding"}).size(), 2U);
    EXPECT_EQ(resources({"--resource", "ips", "--resource", "call_forwarding"}).size(), 2U);
    EXPECT_EQ(resources({"--account", "production", "--severity", "critical", "--since", "1h"}).size(), 2U)
        << "an incident is critical";
    EXPECT_EQ(resources({"--kind", "unknown", "--incident", name, "--resource", "ips"}), strings{"ips"});
    EXPECT_EQ(resources({"--incident", name.substr(0, 8)}).size(), 2U);
    EXPECT_TRUE(resources({"--kind", "missing"}).empty());
    const auto none = run({"findings", "--kind", "missing"});
    EXPECT_THAT(none.out, AllOf(HasSubstr("No open findings pass the filter"),
                                HasSubstr("2 open findings left out by the filter")))
        << "a filter does not make it look as if all were well";

    EXPECT_THAT(refusal({"findings", "--account", "producton"}), HasSubstr("did you mean \"production\"?"));
    EXPECT_THAT(refusal({"findings", "--severity", "hihg"}),
                AllOf(HasSubstr("did you mean \"high\"?"), HasSubstr("There are info, low")));
    EXPECT_THAT(refusal({"findings", "--resource", "ip"}), HasSubstr("did you mean \"ips\"?"));
    EXPECT_THAT(refusal({"findings", "--incident", "i-ffffff"}),
                AllOf(HasSubstr("there is no incident"), HasSubstr(name)));
    EXPECT_THAT(refusal({"findings", "--since", "tomorrow"}), HasSubstr("write 2h or 3d"));
    end();
}

TEST_F(Operators, LookAtOneFindingByItsId)
{
    watch_a_takeover();
    const auto address = object_of("ips");
    const auto id = text_in(address, "id");
    for (const auto& written : {id, seen_as(address), id.substr(0, 8)}) {
        const auto told = run({"findings", written});
        EXPECT_EQ(told.exit_code, 0) << told.err;
        EXPECT_THAT(told.out,
                    AllOf(HasSubstr(seen_as(address)), HasSubstr("192.0.2.66"),
                          HasSubstr(text_in(address, "resource_id")), HasSubstr("last seen 20"),
                          HasSubstr(text_in(address, "runbook_url")), Not(HasSubstr("call_forwarding"))));
    }
    const auto both = run({"findings", "--output=json", id, text_in(object_of("call_forwarding"), "id")});
    EXPECT_EQ(json::parse(both.out).as_array().size(), 2U);
    const auto in_another = run({"findings", id + ".0000"});
    EXPECT_EQ(in_another.exit_code, text_in(address, "state") == "0000" ? 1 : 0);
    EXPECT_THAT(in_another.err, HasSubstr("by now, not in 0000"));

    EXPECT_THAT(refusal({"findings", "f-000000000000"}), HasSubstr("there is no finding f-000000000000"));
    EXPECT_THAT(refusal({"findings", "production"}), HasSubstr("did you mean --account production?"));
    EXPECT_THAT(refusal({"findings", id, "--severity", "high"}), HasSubstr("leave the filters out"));

    account->control("delete",
                     fmt::format(R"({{"path": "/ips", "id": "{}"}})", text_in(address, "resource_id")));
    ASSERT_NE(daemon->line_with("finding resolved", 20s), "");
    EXPECT_TRUE(until([&] {
        return run({"findings", id}).out.find("resolved 20") != std::string::npos;
    })) << "an id of yesterday is still told about";
    end();
}

// A member of the group may connect to the daemon, and may not read the state file.
TEST_F(Operators, ReadFindingsWithoutTheStateFile)
{
    watch_a_takeover();
    auto text = text_of_file(account->folder.file("trunkwarden.yml"));
    const std::string_view written = "state_file: state.db";
    ASSERT_NE(text.find(written), std::string::npos) << text;
    text.replace(text.find(written), written.size(), "state_file: of-somebody-else/state.db");
    account->folder.write("dana.yml", text);
    const auto as_dana = [this](std::vector<std::string> words) {
        words.push_back("--config.file=" + account->folder.file("dana.yml"));
        return run_binary(std::move(words));
    };
    const auto open = as_dana({"findings", "--output=json"});
    EXPECT_EQ(open.exit_code, 0) << open.err;
    EXPECT_EQ(json::parse(open.out).as_array().size(), 2U);
    EXPECT_EQ(open.err, "") << "the daemon told it: there is nothing to remark";
    const auto whole = as_dana({"findings", text_in(object_of("ips"), "id")});
    EXPECT_EQ(whole.exit_code, 0) << whole.err;
    EXPECT_THAT(whole.out, HasSubstr("192.0.2.66"));
    EXPECT_THAT(as_dana({"findings", "--all"}).err, HasSubstr("resolved are left out"));

    end();
    const auto later = run({"findings", "--output=json"});
    EXPECT_EQ(json::parse(later.out).as_array().size(), 2U);
    EXPECT_THAT(later.err, AllOf(HasSubstr("no daemon listens"), HasSubstr("of the state file, as of 20")));
    EXPECT_EQ(as_dana({"findings"}).exit_code, 1);
}

// Minimal hosts have no such locale, and ssh brings the name of one along.
TEST_F(Operators, WorkInALocaleThatIsNotThereAndHasNoUtf8)
{
    watch_a_takeover();
    ::setenv("LC_ALL", "xx_YY.ISO-8859-1", 1);  // NOLINT(concurrency-mt-unsafe): of the commands from now on
    const auto address = object_of("ips");
    const auto taken = run({"ack", seen_as(address), "--reason", "Prüfung läuft"});
    EXPECT_EQ(taken.exit_code, 0) << taken.err;
    const auto told = run({"findings", text_in(address, "id")});
    ::unsetenv("LC_ALL");  // NOLINT(concurrency-mt-unsafe)
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("Prüfung läuft"));
    end();
}

TEST_F(Operators, FilterWhatTheQuarantinePlanned)
{
    account = std::make_unique<watched_account>(
        watch_options{.poll = std::string(quick_with_audit_log), .more = "quarantine: {warmup_cycles: 1}\n"});
    watch_again();
    account->attack("add_ip");
    account->attack("change_texml_url");
    const auto planned = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"quarantine", "list", "--all", "--output=json"});
        const auto listed = run(std::move(words));
        json::error_code failed;
        const auto parsed = json::parse(listed.out, failed);
        strings out;
        if (!failed)
            for (const auto& item : parsed.at("actions").as_array())
                out.push_back(text_in(item.as_object(), "resource"));
        return out;
    };
    ASSERT_TRUE(until([&] { return planned({}).size() == 2; })) << run({"quarantine", "list", "--all"}).out;
    EXPECT_EQ(planned({"--resource", "ips"}), strings{"ips"});
    EXPECT_EQ(planned({"--kind", "unknown", "--account", "production", "--since", "1h"}), strings{"ips"});
    EXPECT_TRUE(planned({"--kind", "missing"}).empty());
    const auto finding = text_in(object_of("ips"), "id");
    EXPECT_EQ(planned({finding}), strings{"ips"});
    EXPECT_EQ(planned({finding.substr(0, 8)}), strings{"ips"});
    EXPECT_THAT(run({"quarantine", "list", finding}).out, HasSubstr("192.0.2.66"));
    EXPECT_THAT(refusal({"quarantine", "list", "a-000000000000"}),
                HasSubstr("there is no action with the id"));
    EXPECT_THAT(refusal({"quarantine", "list", "--account", "lab"}), HasSubstr("There is production"));
    EXPECT_THAT(refusal({"quarantine", "list", "production"}),
                HasSubstr("did you mean --account production?"));
    EXPECT_THAT(refusal({"quarantine", "list", "--severity", "hgih"}), HasSubstr("did you mean \"high\"?"));
    end();
}

TEST_F(Operators, AcknowledgeSeveralAtOnce)
{
    watch_a_takeover();
    const auto address = object_of("ips");
    const auto forwarding = object_of("call_forwarding");
    const auto some =
        run({"ack", seen_as(address), "f-000000000000", seen_as(forwarding) + "0", "--reason", "ours"});
    EXPECT_EQ(some.exit_code, 1);
    EXPECT_THAT(some.out, AllOf(HasSubstr(seen_as(address) + ": "), HasSubstr("Acknowledged: no reminders")));
    EXPECT_THAT(some.err, AllOf(HasSubstr("f-000000000000"), HasSubstr(text_in(forwarding, "id"))));
    EXPECT_TRUE(becomes("ips", "acknowledged"));
    const auto* me = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe)
    ASSERT_NE(me, nullptr);
    EXPECT_THAT(text_in(object_of("ips").at("acknowledged").as_object(), "by"),
                testing::StartsWith(me->pw_name));
    EXPECT_EQ(object_of("call_forwarding").at("status"), "open") << "each for itself";

    const auto both = run({"ack", seen_as(address), seen_as(forwarding), "--reason", "ours"});
    EXPECT_EQ(both.exit_code, 0) << both.err;
    EXPECT_EQ(count(both.out, "Acknowledged: no reminders"), 1U);
    const auto back = run({"unack", text_in(address, "id"), text_in(forwarding, "id").substr(0, 8)});
    EXPECT_EQ(back.exit_code, 0) << back.err;
    EXPECT_TRUE(becomes("ips", "open"));
    EXPECT_EQ(run({"unack", text_in(address, "id")}).exit_code, 1) << "it is not acknowledged any more";
    EXPECT_THAT(refusal({"ack", "--reason", "x"}), HasSubstr("name findings by their ids"));
    EXPECT_THAT(refusal({"ack", incident(), "--reason", "x"}), HasSubstr("did you mean --incident i-"));
    end();
}

TEST_F(Operators, AcknowledgeAnIncidentThatTheyWereShown)
{
    watch_a_takeover();
    const auto name = incident();
    const auto unseen = run({"ack", "--incident", name, "--reason", "ours"});
    EXPECT_EQ(unseen.exit_code, 1) << "nobody was asked, and nobody may have seen them";
    EXPECT_THAT(unseen.err,
                AllOf(HasSubstr("opened less than 10 minutes ago"), HasSubstr(seen_as(object_of("ips")))));
    EXPECT_EQ(object_of("ips").at("status"), "open");
    EXPECT_THAT(refusal({"ack", "--incident", "i-ffffff", "--reason", "x"}), HasSubstr(name));

    const std::vector<std::string> words{"ack", "--incident", name.substr(0, 9), "--reason", "dana calls"};
    const auto refused = at_a_terminal("n", words);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.out,
                AllOf(HasSubstr("Acknowledge 2 findings of " + name), HasSubstr(seen_as(object_of("ips"))),
                      HasSubstr("Nothing was acknowledged.")));
    EXPECT_EQ(object_of("ips").at("status"), "open");
    const auto taken = at_a_terminal("y", words);
    EXPECT_EQ(taken.exit_code, 0) << taken.out;
    EXPECT_TRUE(becomes("ips", "acknowledged"));
    EXPECT_TRUE(becomes("call_forwarding", "acknowledged"));
    const auto again = run({"ack", "--incident", name, "--reason", "ours"});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_THAT(again.err, HasSubstr("2 acknowledged already"));
    end();
}

TEST_F(Operators, AskWhyAFindingIsOpen)
{
    watch_a_takeover();
    const auto address = object_of("ips");
    const auto id = text_in(address, "id");
    const auto asked = run({"explain", id, "--output=json"});
    ASSERT_EQ(asked.exit_code, 0) << asked.err;
    const auto told = json::parse(asked.out).as_object();
    EXPECT_EQ(told.at("source"), "daemon");
    EXPECT_EQ(told.at("finding").at("id"), address.at("id"));
    EXPECT_FALSE(told.at("list_read").is_null());
    EXPECT_GE(told.at("audit_events").as_array().size(), 1U);
    const auto shown = run({"explain", seen_as(address)});
    EXPECT_THAT(shown.out, AllOf(HasSubstr("192.0.2.66"), HasSubstr("Baseline"), HasSubstr("Who did it"),
                                 HasSubstr("Quarantine"), Not(HasSubstr("CANARY"))));

    account->attack("change_texml_url");
    ASSERT_TRUE(until([&] { return findings().size() == 3; }));
    const auto changed =
        json::parse(run({"explain", text_in(object_of("texml_applications"), "id"), "--output=json"}).out);
    const auto& entry = changed.at("entry");
    EXPECT_EQ(entry.at("how"), "names it");
    const auto line = entry.at("line").to_number<std::size_t>();
    std::istringstream lines(text());
    std::string written;
    for (std::size_t number = 0; number < line; ++number)
        std::getline(lines, written);
    EXPECT_THAT(written, HasSubstr("- ")) << "an entry begins in line " << line << " of " << entry.at("file");
    EXPECT_EQ(entry.at("differing").at(0).at("field"), "voice_url");

    EXPECT_THAT(refusal({"explain", "f-000000000000"}), HasSubstr("f-000000000000"));
    EXPECT_THAT(refusal({"explain", "production"}), HasSubstr("no finding's id"));
    EXPECT_THAT(run({"explain", id + ".0000"}).err, HasSubstr("by now, not in 0000"));

    end();
    const auto from_file = run({"explain", id});
    EXPECT_EQ(from_file.exit_code, 0) << from_file.err;
    EXPECT_THAT(from_file.out,
                AllOf(HasSubstr("As of 20"), HasSubstr("the daemon could not be asked"),
                      HasSubstr("192.0.2.66"), HasSubstr("whole list  not known"), Not(HasSubstr("CANARY"))));
    EXPECT_EQ(json::parse(run({"explain", id, "--output=json"}).out).at("source"), "state file");
    EXPECT_THAT(refusal({"explain", "f-000000000000"}), HasSubstr("there is no finding f-000000000000"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
