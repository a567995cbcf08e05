#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>

#include "end_to_end/scenarios.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/paths.hpp"

// `trunkwarden baseline accept` as people run it: an attack that was none, a running daemon that found it,
// and the baseline after which it is found no more.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

std::string text_in(const json::object& finding, std::string_view member)
{
    return json::value_to<std::string>(finding.at(json::string_view(member)));
}

std::vector<std::string> lines_in(const std::string& text)
{
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

// That all lines of one text are in the other, in their order: nothing but lines came.
bool only_added_lines(const std::string& before, const std::string& after)
{
    const auto old = lines_in(before);
    auto next = old.begin();
    for (const auto& line : lines_in(after))
        if (next != old.end() && line == *next)
            ++next;
    return next == old.end();
}

class BaselineAccept : public testing::Test {
protected:
    // Starts the daemon on an account that is as it should be.
    void watch(watch_options how = {})
    {
        how.poll = quick;
        account = std::make_unique<watched_account>(std::move(how));
        watch_again();
    }
    void watch_again()
    {
        daemon = std::make_unique<daemon_process>(account->command_line({"run", "--log.level=debug"}));
        ASSERT_NE(daemon->line_with("result=complete"), "");
    }
    void end()
    {
        EXPECT_THAT(end_to_end::end(*daemon), Not(HasSubstr("CANARY")));
        daemon.reset();
    }
    // What the attack makes the daemon find about a resource.
    json::object attacked(std::string_view name, std::string_view resource)
    {
        account->attack(name);
        return found(resource);
    }
    json::object found(std::string_view resource)
    {
        EXPECT_THAT(daemon->line_with("finding opened"), HasSubstr(fmt::format("resource={}", resource)));
        return of(resource);
    }
    json::object of(std::string_view resource) const
    {
        for (const auto& one : findings())
            if (text_in(one.as_object(), "resource") == resource)
                return one.as_object();
        ADD_FAILURE() << "no finding about " << resource;
        return {{"id", "f-000000000000"}, {"kind", "none"}};
    }
    json::array findings() const
    {
        const auto told = run({"findings", "--output=json"});
        return json::parse(told.out).as_array();
    }
    outcome run(std::vector<std::string> words) const
    {
        return run_binary(account->command_line(std::move(words)));
    }
    outcome accept(std::vector<std::string> words) const
    {
        words.insert(words.begin(),
                     {"baseline", "accept", "--reason", "wanted: OPS-1", "--approved-by=dana"});
        auto ended = run(std::move(words));
        EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("CANARY")));
        return ended;
    }
    std::string file() const { return account->folder.file("baseline.yml"); }
    std::string text() const { return text_of_file(file()); }
    // Accepts it, and waits until the daemon has taken the file by itself and finds nothing any more.
    std::string text_after_accepting(const json::object& finding)
    {
        const auto ended = accept({text_in(finding, "id")});
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        EXPECT_THAT(ended.out, testing::StartsWith("--- a/"));
        EXPECT_THAT(daemon->line_with("finding resolved", 20s), HasSubstr(text_in(finding, "id")));
        return text();
    }
    void expect_nothing_found_again() const
    {
        const auto checked = account->check();
        EXPECT_TRUE(checked.findings().empty()) << json::serialize(checked.findings());
        EXPECT_EQ(checked.ended.exit_code, 0);
    }

    std::unique_ptr<watched_account> account;
    std::unique_ptr<daemon_process> daemon;
};

TEST_F(BaselineAccept, AnUnknownObjectGetsAnEntryOnWhichItsFindingResolves)
{
    watch();
    const auto before = text();
    const auto finding = attacked("add_ip", "ips");
    EXPECT_EQ(finding.at("kind"), "unknown");
    const auto after = text_after_accepting(finding);
    EXPECT_TRUE(only_added_lines(before, after));
    EXPECT_THAT(after, HasSubstr(fmt::format(
                           "  # accepted {}: {}\n  - id: ", after.substr(after.find("# accepted ") + 11, 10),
                           text_in(finding, "id"))));
    EXPECT_THAT(after, HasSubstr("    ip_address: \"192.0.2.66\"\n"));
    EXPECT_THAT(after, HasSubstr("    reason: \"wanted: OPS-1\"\n    approved_by: dana\n"));
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AChangedValueIsEditedInItsPlaceAndKeepsWhatItWas)
{
    watch();
    const auto before = text();
    const auto finding = attacked("change_texml_url", "texml_applications");
    EXPECT_EQ(finding.at("kind"), "changed");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("    voice_url: https://xml.attacker.example/dial.xml\n"));
    EXPECT_THAT(after, HasSubstr("(was https://ivr.example.com/start.xml)\n"));
    auto undone = before;
    replace(undone, "    voice_url: https://ivr.example.com/start.xml\n",
            "    voice_url: https://xml.attacker.example/dial.xml\n");
    EXPECT_TRUE(only_added_lines(undone, after));
    EXPECT_EQ(lines_in(after).size(), lines_in(before).size() + 1);
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AWeakenedLimitIsEditedWithAllOfItsFields)
{
    watch();
    const auto finding = attacked("loosen_outbound_profile", "outbound_voice_profiles");
    EXPECT_EQ(finding.at("kind"), "weakened");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("whitelisted_destinations: [US, CA, "));
    EXPECT_THAT(after, HasSubstr("    daily_spend_limit_enabled: false\n"));
    EXPECT_THAT(after, HasSubstr("(was [CA, US])"));
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AMissingNumberIsTakenOutOfTheListThatNamesIt)
{
    watch();
    const auto finding = attacked("delete_number", "phone_numbers");
    EXPECT_EQ(finding.at("kind"), "missing");
    const auto before = text();
    const auto after = text_after_accepting(finding);
    auto wanted = before;
    replace(wanted, R"(["+14155550102", "+14155550105", "+14155550106"])",
            R"(["+14155550102", "+14155550105"])");
    EXPECT_EQ(after, wanted);
    end();
    expect_nothing_found_again();
}

// The demo's entries about IPs name no id: they are rules, and that nothing matches a rule is for lint to
// say.
TEST_F(BaselineAccept, ADeletedIpIsMissingOnlyWhereAnEntryNamesItsId)
{
    watch();
    account->attack("delete_ip");
    for (int sweeps = 0; sweeps < 2; ++sweeps)
        ASSERT_NE(daemon->line_with("result=complete"), "");
    EXPECT_TRUE(findings().empty()) << json::serialize(findings());
    EXPECT_THAT(run({"baseline", "lint"}).out, HasSubstr("[matches-nothing] this rule covers none"));
    end();

    auto pinned = text_of_file(demo_baseline);
    replace(pinned, "  - ip_address: 198.51.100.4\n",
            "  - id: \"1293384261075731520\"\n    ip_address: 198.51.100.4\n");
    watch({.baseline = pinned});
    const auto finding = attacked("delete_ip", "ips");
    EXPECT_EQ(finding.at("kind"), "missing");
    const auto after = text_after_accepting(finding);
    auto wanted = text_of_file(demo_baseline);
    replace(wanted,
            "  - ip_address: 198.51.100.4\n    port: 5060\n    connection_id: \"1293384261075731510\"\n", "");
    EXPECT_EQ(after, wanted);
    end();
    expect_nothing_found_again();
}

TEST_F(BaselineAccept, AChangedSecretIsTheRunningDaemonsToTake)
{
    watch();
    const auto before = text();
    const auto finding = attacked("change_connection_password", "credential_connections");
    const auto id = text_in(finding, "id");
    end();
    const auto alone = accept({id});
    EXPECT_EQ(alone.exit_code, 1);
    EXPECT_THAT(alone.err, HasSubstr("only the running daemon can take a changed secret"));

    watch_again();
    const auto tried = accept({id, "--dry-run"});
    EXPECT_EQ(tried.exit_code, 0) << tried.err;
    EXPECT_EQ(findings().size(), 1U);
    const auto ended = accept({id});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_THAT(daemon->line_with("changed secrets are accepted"), HasSubstr(id));
    EXPECT_NE(daemon->line_with("finding resolved", 10s), "");
    EXPECT_EQ(text(), before) << "a file cannot hold it";

    end();
    watch_again();
    EXPECT_TRUE(findings().empty()) << "the next run knows it, too";
    const auto again = attacked("change_ip_connection_token", "ip_connections");
    EXPECT_NE(again.at("id"), finding.at("id"));
    end();
}

TEST_F(BaselineAccept, ASecretAndAFieldOfOneObjectAreAcceptedTogether)
{
    watch();
    account->control("patch", R"({"path": "/credential_connections", "id": "1293384261075731499", "changes":
        {"password": "CANARY-of-the-thief", "webhook_event_url": "https://hooks.example.com/new"}})");
    const auto finding = found("credential_connections");
    const auto after = text_after_accepting(finding);
    EXPECT_THAT(after, HasSubstr("    webhook_event_url: https://hooks.example.com/new\n"));
    end();
    watch_again();
    EXPECT_TRUE(findings().empty());
    end();
}

TEST_F(BaselineAccept, SeveralAreAcceptedByShortenedIdsAndOneOfThemTwice)
{
    watch();
    const auto ip = attacked("add_ip", "ips");
    const auto number = attacked("forward_number", "call_forwarding");
    const auto key = attacked("add_api_key", "api_keys");
    const auto ended = accept({text_in(ip, "id").substr(0, 9), text_in(number, "id"),
                               text_in(key, "id").substr(0, 8), text_in(ip, "id")});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    for (int resolved = 0; resolved < 3; ++resolved)
        EXPECT_NE(daemon->line_with("finding resolved", 20s), "");
    EXPECT_TRUE(only_added_lines(text_of_file(demo_baseline), text()));
    EXPECT_EQ(lines_in(ended.out).front().substr(0, 6), "--- a/");
    end();
    expect_nothing_found_again();
}

// A value in a block of lines is not edited.
TEST_F(BaselineAccept, OneThatIsRefusedAmongSeveralChangesNothingAndItsEntryIsPrinted)
{
    auto folded = text_of_file(demo_baseline);
    replace(folded, "    voice_url: https://ivr.example.com/start.xml\n",
            "    voice_url: >-\n      https://ivr.example.com/start.xml\n");
    watch({.baseline = folded});
    const auto ip = attacked("add_ip", "ips");
    const auto url = attacked("change_texml_url", "texml_applications");
    const auto told = accept({text_in(ip, "id"), text_in(url, "id")});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_EQ(told.out, "");
    EXPECT_THAT(told.err, HasSubstr(text_in(url, "id")));
    EXPECT_THAT(told.err, HasSubstr("over several lines"));
    EXPECT_THAT(told.err, HasSubstr("voice_url: https://xml.attacker.example/dial.xml\n"));
    EXPECT_THAT(told.err, HasSubstr("Nothing was written."));
    EXPECT_EQ(text(), folded);

    const auto report = accept({text_in(ip, "id"), text_in(url, "id"), "--output=json"});
    EXPECT_EQ(report.exit_code, 1);
    const auto said = json::parse(report.out).as_object();
    EXPECT_EQ(said.at("changed"), false);
    ASSERT_EQ(said.at("refused").as_array().size(), 1U);
    EXPECT_EQ(said.at("refused").at(0).at("id"), url.at("id"));
    EXPECT_THAT(json::value_to<std::string>(said.at("refused").at(0).at("entry")),
                HasSubstr("voice_url: https://xml.attacker.example/dial.xml\n"));
    EXPECT_EQ(text(), folded);
    end();
}

TEST_F(BaselineAccept, ADryRunPrintsTheDifferenceThatTheRealOneWrites)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    const auto before = text();
    const auto tried = accept({id, "--dry-run"});
    EXPECT_EQ(tried.exit_code, 0) << tried.err;
    EXPECT_THAT(tried.err, HasSubstr("nothing was written (--dry-run)"));
    EXPECT_EQ(text(), before);

    const auto told = accept({id, "--output=json", "--expires=2099-01-31"});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    const auto said = json::parse(told.out).as_object();
    EXPECT_EQ(said.at("changed"), true);
    EXPECT_EQ(said.at("file"), json::string_view(file()));
    EXPECT_EQ(said.at("accepted").at(0).at("id"), json::string_view(id));
    EXPECT_TRUE(said.at("refused").as_array().empty());
    auto wanted = tried.out;
    replace(wanted, "+    approved_by: dana\n", "+    approved_by: dana\n+    expires: 2099-01-31\n");
    auto diff = json::value_to<std::string>(said.at("diff"));
    for (auto* const one : {&wanted, &diff})  // the counts of lines differ by the day
        one->erase(one->find("@@"), one->find('\n', one->find("@@")) - one->find("@@"));
    EXPECT_EQ(diff, wanted);
    EXPECT_NE(daemon->line_with("finding resolved", 20s), "");
    end();
}

TEST_F(BaselineAccept, TheDifferenceIsOneThatPatchTakes)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    const auto tried = accept({id, "--dry-run"});
    account->folder.write("change.diff", tried.out);
    account->folder.write("patched.yml", text());
    ASSERT_EQ(accept({id}).exit_code, 0);
    const auto patched = account->folder.file("patched.yml");
    ASSERT_EQ(
        std::system(fmt::format("patch -s '{}' '{}'", patched, account->folder.file("change.diff")).c_str()),
        0);
    EXPECT_EQ(text_of_file(patched), text());
    end();
}

TEST_F(BaselineAccept, AnIdThatIsUnknownMisspeltOrOfAResolvedFindingChangesNothing)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    const auto unknown = accept({"f-0123456789ab"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.err, HasSubstr("no open finding's id begins with \"f-0123456789ab\""));
    EXPECT_EQ(accept({"ips"}).exit_code, 1);
    EXPECT_EQ(accept({id, "f-0123456789ab"}).exit_code, 1) << "one of two";
    EXPECT_EQ(text(), text_of_file(demo_baseline));
    text_after_accepting(of("ips"));
    const auto again = accept({id});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("is resolved: there is nothing to accept any more"));
    end();
}

TEST_F(BaselineAccept, WhatSomebodyWroteMeanwhileStays)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    account->folder.write("baseline.yml", "# first\n" + text());
    EXPECT_EQ(accept({id}).exit_code, 0) << "edits the file as it is now, not as the daemon knows it";
    EXPECT_THAT(text(), testing::StartsWith("# first\n# yaml-language-server"));
    EXPECT_NE(daemon->line_with("finding resolved", 20s), "");

    const auto number = text_in(attacked("forward_number", "call_forwarding"), "id");
    const auto broken = text() + "nonsense: []\n";
    account->folder.write("baseline.yml", broken);
    const auto refused = accept({number});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr(file() + ":"));
    EXPECT_THAT(refused.err, HasSubstr("nonsense"));
    EXPECT_EQ(text(), broken);
    end();
}

TEST_F(BaselineAccept, TheFilesModeStaysAndALinkToItToo)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    fs::rename(file(), account->folder.file("real.yml"));
    fs::create_symlink("real.yml", file());
    ASSERT_EQ(::chmod(account->folder.file("real.yml").c_str(), 0640), 0);
    EXPECT_EQ(accept({id}).exit_code, 0);
    EXPECT_TRUE(fs::is_symlink(file()));
    struct stat about {};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0640U);
    EXPECT_THAT(text(), HasSubstr(id));
    for (const auto& one : fs::directory_iterator(fs::path(file()).parent_path()))
        EXPECT_THAT(one.path().filename().string(), Not(HasSubstr(".yml."))) << "a temporary file is left";
    end();
}

// EROFS as of a folder that is read-only also for root, and ENOSPC; see crash/die_at.cpp.
TEST_F(BaselineAccept, AFileThatCannotBeWrittenStaysWholeAndTheErrorIsNamed)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    const auto sick = account->folder.write("sick", "");
    for (const int error : {EROFS, ENOSPC}) {
        daemon_process cannot_write(
            account->command_line({"baseline", "accept", id, "--reason", "x"}),
            {"LD_PRELOAD=" + fakes::die_at_library(), "ASAN_OPTIONS=verify_asan_link_order=0",
             "DIE_FOLDER=" + file(), "FAIL_WHILE=" + sick, fmt::format("FAIL_WITH={}", error)});
        const auto ended = cannot_write.wait();
        EXPECT_EQ(ended.exit_code, 1);
        EXPECT_THAT(ended.err, HasSubstr(std::generic_category().message(error)));
        EXPECT_THAT(ended.err, HasSubstr("baseline.yml"));
        EXPECT_EQ(text(), text_of_file(demo_baseline));
    }
    end();
}

TEST_F(BaselineAccept, ReasonsAndDaysThatAreNoneAreRefused)
{
    watch();
    const auto id = text_in(attacked("add_ip", "ips"), "id");
    const auto said = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"baseline", "accept", id});
        const auto ended = run(std::move(words));
        EXPECT_EQ(ended.exit_code, 1) << ended.out;
        return ended.err;
    };
    EXPECT_THAT(said({}), HasSubstr("--reason"));
    EXPECT_THAT(said({"--reason", "  "}), HasSubstr("--reason is empty"));
    EXPECT_THAT(said({"--reason", "two\nlines"}), HasSubstr("cannot be seen"));
    EXPECT_THAT(said({"--reason", "x", "--approved-by", "\x1b[2J"}), HasSubstr("--approved-by"));
    EXPECT_THAT(said({"--reason", "x", "--expires", "2027-02-30"}), HasSubstr("a day of the calendar"));
    EXPECT_THAT(said({"--reason", "x", "--expires", "2020-01-01"}), HasSubstr("over already"));
    EXPECT_EQ(text(), text_of_file(demo_baseline));
    end();
}

}  // namespace
}  // namespace trunkwarden::end_to_end
