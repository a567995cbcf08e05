#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"
#include "fakes/paths.hpp"

// Edits that are refused and only shown, and the file that is written.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

// A value in a block of lines is not edited.
TEST_F(BaselineAccept, OneThatIsRefusedAmongSeveralChangesNothingAndItsEntryIsPrinted)
{
    auto folded = text_of_file(demo_baseline);
    replace(folded, "    voice_url: https://ivr.example.com/start.xml\n",
            "    voice_url: >-\n      https://ivr.example.com/start.xml\n");
    watch({.baseline = folded});
    attacked("add_ip", "ips");
    const auto url = attacked("change_texml_url", "texml_applications");
    const auto told = accept({seen_as(object_of("ips")), seen_as(object_of("texml_applications"))});
    EXPECT_EQ(told.exit_code, 1);
    EXPECT_EQ(told.out, "");
    EXPECT_THAT(told.err, HasSubstr(text_in(url, "id")));
    EXPECT_THAT(told.err, HasSubstr("over several lines"));
    EXPECT_THAT(told.err, HasSubstr("voice_url: https://xml.attacker.example/dial.xml\n"));
    EXPECT_THAT(told.err, HasSubstr("Nothing was written."));
    EXPECT_EQ(text(), folded);

    const auto report =
        accept({seen_as(object_of("ips")), seen_as(object_of("texml_applications")), "--output=json"});
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

    const auto told = accept({seen_as(object_of("ips")), "--output=json", "--expires=2099-01-31"});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    const auto said = json::parse(told.out).as_object();
    EXPECT_EQ(said.at("changed"), true);
    EXPECT_EQ(said.at("file"), json::string_view(file()));
    EXPECT_EQ(said.at("accepted").at(0).at("id"), json::string_view(id));
    EXPECT_TRUE(said.at("refused").as_array().empty());
    auto wanted = tried.out;
    replace(wanted, "+    approved_by: dana\n", "+    approved_by: dana\n+    expires: 2099-01-31\n");
    auto diff = json::value_to<std::string>(said.at("diff"));
    for (auto* const file : {&wanted, &diff})  // the counts of lines differ by the day
        file->erase(file->find("@@"), file->find('\n', file->find("@@")) - file->find("@@"));
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
    ASSERT_EQ(accept({seen_as(object_of("ips"))}).exit_code, 0);
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
    text_after_accepting(object_of("ips"));
    const auto again = accept({id});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_THAT(again.err, HasSubstr("is resolved: there is nothing to accept any more"));
    end();
}

TEST_F(BaselineAccept, WhatSomebodyWroteMeanwhileStays)
{
    watch();
    attacked("add_ip", "ips");
    account->folder.write("baseline.yml", "# first\n" + text());
    EXPECT_EQ(accept({seen_as(object_of("ips"))}).exit_code, 0)
        << "edits the file as it is now, not as the daemon knows it";
    EXPECT_THAT(text(), testing::StartsWith("# first\n# yaml-language-server"));
    EXPECT_NE(daemon->line_with("finding resolved", 20s), "");

    const auto number = seen_as(attacked("forward_number", "call_forwarding"));
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
    EXPECT_EQ(accept({seen_as(object_of("ips"))}).exit_code, 0);
    EXPECT_TRUE(fs::is_symlink(file()));
    struct stat about {};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0640U);
    EXPECT_THAT(text(), HasSubstr(id));
    for (const auto& text : fs::directory_iterator(fs::path(file()).parent_path()))
        EXPECT_THAT(text.path().filename().string(), Not(HasSubstr(".yml."))) << "a temporary file is left";
    end();
}

// EROFS as of a folder that is read-only also for root, and ENOSPC; see crash/die_at.cpp.
TEST_F(BaselineAccept, AFileThatCannotBeWrittenStaysWholeAndTheErrorIsNamed)
{
    watch();
    const auto id = seen_as(attacked("add_ip", "ips"));
    const auto sick = account->folder.write("sick", "");
    for (const int error : {EROFS, ENOSPC}) {
        daemon_process cannot_write(
            account->command_line({"baseline", "accept", id, "--reason", "x", "--yes"}),
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
