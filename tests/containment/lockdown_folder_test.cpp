#include "containment/lockdown_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "fakes/scratch_folder.hpp"

// The folder of an incident and its memory, against names that an intruder chose, and files that somebody
// changed.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
using fakes::text_of_file;
using testing::HasSubstr;
using testing::Not;

const std::string good = "abcdefghijkmnpqrstuvwxyzABCDEFGH";
const std::string other = "abcdefghijkmnpqrstuvwxyz23456789";

class LockdownFolder : public testing::Test {
protected:
    result<lockdown_folder> open(const std::string& account = "production") const
    {
        return lockdown_folder::open(folder, account);
    }
    std::string why_not(const std::string& account = "production") const
    {
        const auto opened = open(account);
        return opened ? std::string("(opened)") : opened.error().message;
    }
    static new_secret password_of(std::string id, std::string label, std::string value, unsigned round = 1)
    {
        new_secret out;
        out.key = {"credential_connections", std::move(id), "password", round};
        out.label = std::move(label);
        out.made_by = secret_maker::trunkwarden;
        out.value = secret(std::move(value));
        out.at = "2026-11-29T03:00:00Z";
        return out;
    }
    std::string text(std::string_view file) const { return text_of_file(folder / file); }
    void write(std::string_view file, std::string_view text) const
    {
        std::ofstream(folder / file, std::ios::binary) << text;
        fs::permissions(folder / file, fs::perms::owner_read | fs::perms::owner_write);
    }
    std::string line(std::string_view member, std::string_view value) const
    {
        const std::vector<std::pair<std::string_view, std::string_view>> usual{
            {"account", "production"},
            {"resource", "credential_connections"},
            {"id", "1"},
            {"member", "password"},
            {"label", "pbx"},
            {"made_by", "trunkwarden"},
            {"secret", good},
            {"state", "written"},
            {"at", "2026-11-29T03:00:00Z"}};
        std::string out = "{\"round\":1";
        for (const auto& [name, text] : usual)
            if (name != member || !value.empty())
                out += fmt::format(",\"{}\":\"{}\"", name, name == member ? value : text);
        return out + "}\n";
    }

    fakes::scratch_folder scratch;
    fs::path folder = scratch.path() / "incident";
};

TEST_F(LockdownFolder, IsNewAndForItsOwnerOnly)
{
    ASSERT_TRUE(open());
    struct stat about {};
    ASSERT_EQ(::stat(folder.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0700U);
    EXPECT_TRUE(open()->is_continued());
}

TEST_F(LockdownFolder, NamesThatNobodyCouldForeseeForgeNoLine)
{
    const std::vector<std::string> names{
        "x\ncredential_connections/2/password\tpbx: password\tCANARYCANARYCANARYCANARYCANARYCA\nrest",
        "a\tb\tc",
        "\r\n\"},{\"id\":\"2\"",
        "\xe2\x80\xa8line\xe2\x80\xa9separators\xc2\x85",
        "\"quotes\" and 'more' \\n \\",
        std::string("zero\0byte", 9),
        "bytes \xff\xfe",
        "# a comment"};
    {
        auto opened = open();
        ASSERT_TRUE(opened);
        for (std::size_t at = 0; at < names.size(); ++at)
            ASSERT_TRUE(opened->secrets().keep(password_of(fmt::format("{}", at + 10), names[at], good)));
        ASSERT_TRUE(opened->secrets().keep(password_of("id\nwith\tends", "pbx", other)));
    }
    const auto again = open();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->secrets().find({"credential_connections", "2", "password", 1}), nullptr)
        << "a name says nothing about another connection";
    for (std::size_t at = 0; at < names.size(); ++at) {
        const auto* secret =
            again->secrets().find({"credential_connections", fmt::format("{}", at + 10), "password", 1});
        ASSERT_NE(secret, nullptr) << names[at];
        EXPECT_EQ(secret->value.reveal(), good) << "its own is found again";
    }
    const auto* odd = again->secrets().find({"credential_connections", "id\nwith\tends", "password", 1});
    ASSERT_NE(odd, nullptr);
    EXPECT_EQ(odd->value.reveal(), other);
    const auto people = text("credentials.txt");
    EXPECT_EQ(std::ranges::count(people, '\n'), static_cast<std::ptrdiff_t>(names.size()) + 3);
    EXPECT_EQ(std::ranges::count(people, '\t'), static_cast<std::ptrdiff_t>(names.size() + 1) * 3);
    EXPECT_THAT(people, Not(HasSubstr("\ncredential_connections/2/")));
    EXPECT_THAT(people, Not(HasSubstr("\xe2\x80\xa8")));
}

TEST_F(LockdownFolder, RefusesAMemoryThatIsDamagedOrForeignAndWritesNothingOverIt)
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"not JSON\n", "line 1 is damaged"},
        {line("", "") + "{\"id\":\n", "line 2 is damaged"},
        {"[1]\n", "line 1 is damaged"},
        {line("", "").substr(0, 80), "its last line is cut off"},
        {line("secret", ""), "line 1 is not one of this version"},
        {line("id", ""), "line 1 is not one of this version"},
        {line("account", ""), "line 1 is of another account"},
        {line("made_by", "somebody"), "line 1 is not one of this version"},
        {line("state", "perhaps"), "line 1 is not one of this version"},
        {line("account", "staging"), "line 1 is of another account"},
        {line("", "") + line("label", "again"), "line 2 is about the same secret"}};
    for (const auto& [memory, why] : cases) {
        fs::remove_all(folder);
        ASSERT_TRUE(open());
        write("secrets.jsonl", memory);
        write("credentials.txt", "what people were given\n");
        EXPECT_THAT(why_not(), HasSubstr(why)) << memory;
        EXPECT_THAT(why_not(), HasSubstr("--directory"));
        EXPECT_EQ(text("secrets.jsonl"), memory);
        EXPECT_EQ(text("credentials.txt"), "what people were given\n");
    }
}

TEST_F(LockdownFolder, RefusesToWriteOverSecretsThatItDoesNotRemember)
{
    ASSERT_TRUE(open());
    write("credentials.txt", "connection\tpbx: password\tgiven out\n");
    EXPECT_THAT(why_not(), HasSubstr("there is no secrets.jsonl"));
    EXPECT_THAT(text("credentials.txt"), HasSubstr("given out"));
}

TEST_F(LockdownFolder, UsesNoPasswordThatItCannotHaveMadeAndSaysSo)
{
    for (const std::string forged :
         {"hunter2", "abcdefghijkmnpqrstuvwxyzABCDEFG", "abcdefghijkmnpqrstuvwxyzABCDEFG0",
          "abcdefghijkmnpqrstuvwxyzABCDEFG ", "abcdefghijkmnpqrstuvwxyzABCDEFGHH"}) {
        fs::remove_all(folder);
        ASSERT_TRUE(open());
        write("secrets.jsonl", line("secret", forged));
        auto opened = open();
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(opened->secrets().find({"credential_connections", "1", "password", 1}), nullptr) << forged;
        ASSERT_EQ(opened->secrets().not_used().size(), 1U);
        EXPECT_THAT(opened->secrets().not_used().front(), HasSubstr("cannot have made"));
        EXPECT_THAT(opened->secrets().not_used().front(), Not(HasSubstr(forged)));
        ASSERT_TRUE(opened->secrets().keep(password_of("1", "pbx", good)));
        EXPECT_THAT(text("secrets.jsonl"), HasSubstr(fmt::format("\"{}\"", forged)))
            << "it is not lost either";
        EXPECT_THAT(text("credentials.txt"), Not(HasSubstr(fmt::format("\t{}\t", forged))));
    }
}

TEST_F(LockdownFolder, TheOneBeforeStaysForPeopleUntilTheNewOneIsInForce)
{
    auto opened = open();
    ASSERT_TRUE(opened);
    auto& secrets = opened->secrets();
    ASSERT_TRUE(secrets.keep(password_of("1", "pbx", good)));
    ASSERT_TRUE(secrets.note_active({"credential_connections", "1", "password", 1}));
    ASSERT_TRUE(secrets.keep(password_of("1", "pbx", other, 2)));
    EXPECT_THAT(text("credentials.txt"), HasSubstr(good + "\tactive since"));
    EXPECT_THAT(text("credentials.txt"), HasSubstr(other + "\tnot known to be active"));
    ASSERT_TRUE(secrets.note_active({"credential_connections", "1", "password", 2}));
    EXPECT_THAT(text("credentials.txt"), Not(HasSubstr(good)));
    EXPECT_THAT(text("credentials.txt"), HasSubstr(other + "\tactive since"));
}

TEST_F(LockdownFolder, WhatIsNotOnTheDiskIsNotRemembered)
{
    auto opened = open();
    ASSERT_TRUE(opened);
    fs::remove_all(folder);
    EXPECT_FALSE(opened->secrets().keep(password_of("1", "pbx", good)));
    EXPECT_EQ(opened->secrets().find({"credential_connections", "1", "password", 1}), nullptr);
}

TEST_F(LockdownFolder, RefusesOneThatOthersMayUseAndDoesNotChangeIt)
{
    fs::create_directory(folder);
    for (const mode_t mode : {0755U, 0750U, 0701U, 01777U}) {
        ASSERT_EQ(::chmod(folder.c_str(), mode), 0);
        EXPECT_THAT(why_not(), HasSubstr("others may use it"));
        struct stat about {};
        ASSERT_EQ(::stat(folder.c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 07777U, mode);
        EXPECT_TRUE(fs::is_empty(folder));
    }
}

TEST_F(LockdownFolder, TakesAnEmptyOneOfItsOwn)
{
    ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
    EXPECT_TRUE(open());
}

TEST_F(LockdownFolder, RefusesOneThatHoldsOtherThings)
{
    ASSERT_EQ(::mkdir(folder.c_str(), 0700), 0);
    write("letters.txt", "private");
    EXPECT_THAT(why_not(), HasSubstr("holds other things"));
    EXPECT_FALSE(fs::exists(folder / "journal.jsonl"));
    fs::remove(folder / "letters.txt");
    write("journal.jsonl", "{\"of\":\"another program\"}\n");
    EXPECT_THAT(why_not(), HasSubstr("holds other things"));
}

TEST_F(LockdownFolder, RefusesOneOfAnotherAccount)
{
    ASSERT_TRUE(open("staging"));
    const auto before = text("journal.jsonl");
    EXPECT_THAT(why_not(), HasSubstr("of account staging, not of production"));
    EXPECT_EQ(text("journal.jsonl"), before);
}

TEST_F(LockdownFolder, FollowsNoLink)
{
    const auto real = scratch.path() / "real";
    ASSERT_EQ(::mkdir(real.c_str(), 0700), 0);
    fs::create_directory_symlink(real, folder);
    EXPECT_THAT(why_not(), HasSubstr("a link or a file"));
    EXPECT_FALSE(lockdown_folder::open(folder.string() + "/", "production")) << "nor with a slash behind it";
    EXPECT_TRUE(fs::is_empty(real));
}

TEST_F(LockdownFolder, RefusesFilesThatAreLinksOrThatOthersMayRead)
{
    for (const std::string name : {"journal.jsonl", "evidence.jsonl", "secrets.jsonl", "credentials.txt"}) {
        fs::remove_all(folder);
        ASSERT_TRUE(open());
        const auto elsewhere = scratch.write("elsewhere", "of somebody else\n");
        fs::remove(folder / name);
        fs::create_symlink(elsewhere, folder / name);
        EXPECT_THAT(why_not(), HasSubstr(name)) << "a symbolic link";
        fs::remove(folder / name);
        fs::create_hard_link(elsewhere, folder / name);
        EXPECT_THAT(why_not(), HasSubstr(name)) << "a second name of a file";
        fs::remove(folder / name);
        fs::create_directory(folder / name);
        EXPECT_THAT(why_not(), HasSubstr(name)) << "a folder";
        fs::remove(folder / name);
        write(name, "");
        ASSERT_EQ(::chmod((folder / name).c_str(), 0644), 0);
        EXPECT_THAT(why_not(), HasSubstr("others may use it")) << name;
        EXPECT_EQ(text_of_file(elsewhere), "of somebody else\n");
        fs::remove(elsewhere);
    }
}

TEST_F(LockdownFolder, RefusesWhatBelongsToSomebodyElse)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root can give files away";
    ASSERT_TRUE(open());
    ASSERT_EQ(::chown(folder.c_str(), 65534, 65534), 0);
    EXPECT_THAT(why_not(), HasSubstr("belongs to user 65534"));
    ASSERT_EQ(::chown(folder.c_str(), 0, 0), 0);
    write("credentials.txt", "");
    ASSERT_EQ(::chown((folder / "credentials.txt").c_str(), 65534, 65534), 0);
    EXPECT_THAT(why_not(), HasSubstr("belongs to user 65534"));
}

TEST_F(LockdownFolder, ALineThatWasCutOffSaysNothingAndSpoilsNoOther)
{
    ASSERT_TRUE(open());
    write("journal.jsonl", text("journal.jsonl") + "{\"item\":\"a/1/rotate\",\"state\":\"done\"}");
    {
        auto opened = open();
        ASSERT_TRUE(opened);
        EXPECT_FALSE(opened->is_done("a/1/rotate")) << "its end was never synced";
        boost::json::object line;
        line["item"] = "a/2/rotate";
        line["state"] = "done";
        ASSERT_TRUE(opened->journal(line));
    }
    EXPECT_TRUE(open()->is_done("a/2/rotate"));
}

TEST_F(LockdownFolder, HalvesOfFilesWithSecretsDoNotStay)
{
    ASSERT_TRUE(open());
    write("secrets.jsonl.0a1b2c3d", line("", ""));
    write("credentials.txt.ffffffff", "half");
    write("credentials.txt.keep-this", "a person's own");
    ASSERT_TRUE(open());
    EXPECT_FALSE(fs::exists(folder / "secrets.jsonl.0a1b2c3d"));
    EXPECT_FALSE(fs::exists(folder / "credentials.txt.ffffffff"));
    EXPECT_TRUE(fs::exists(folder / "credentials.txt.keep-this"));
}

TEST_F(LockdownFolder, EvidenceWithAHoleIsNotDone)
{
    {
        auto opened = open();
        ASSERT_TRUE(opened);
        ASSERT_TRUE(opened->add_evidence("ips", "{}\n", false));
        ASSERT_TRUE(opened->add_evidence("fqdns", "{}\n", true));
    }
    const auto again = open();
    EXPECT_FALSE(again->has_evidence("ips"));
    EXPECT_TRUE(again->has_evidence("fqdns"));
}

class RoundsOfALockdown : public LockdownFolder {
protected:
    static void finish(lockdown_folder& in, const std::string& item)
    {
        boost::json::object line;
        line["item"] = item;
        line["state"] = "done";
        line["round"] = in.round_of(item);
        ASSERT_TRUE(in.journal(line));
    }
    const std::vector<std::string> items{"a/1/rotate", "a/2/rotate"};
};

TEST_F(RoundsOfALockdown, ASecondOneMakesDoneItemsDueAgain)
{
    auto opened = open();
    finish(*opened, "a/1/rotate");
    finish(*opened, "a/2/rotate");
    finish(*opened, "b/1/rotate");
    ASSERT_TRUE(opened->rotate_again(items));
    EXPECT_FALSE(opened->is_done("a/1/rotate"));
    EXPECT_TRUE(opened->is_done("b/1/rotate")) << "it was not asked for";
    const auto again = open();
    EXPECT_FALSE(again->is_done("a/1/rotate")) << "the next run knows";
    EXPECT_EQ(again->round_of("a/1/rotate"), 2U);
    EXPECT_TRUE(again->is_done("b/1/rotate"));
}

TEST_F(RoundsOfALockdown, OneThatWasInterruptedGoesOn)
{
    auto opened = open();
    finish(*opened, "a/1/rotate");
    ASSERT_TRUE(opened->rotate_again(items));
    finish(*opened, "a/1/rotate");
    auto next = open();
    ASSERT_TRUE(next->rotate_again(items));
    EXPECT_TRUE(next->is_done("a/1/rotate")) << "it is not made a third time";
    EXPECT_FALSE(next->is_done("a/2/rotate"));
    finish(*next, "a/2/rotate");
    ASSERT_TRUE(next->rotate_again(items));
    EXPECT_FALSE(next->is_done("a/1/rotate")) << "that round is over: this is another one";
}

TEST_F(RoundsOfALockdown, SecretsThatWereMadeWhileAWayInWasOpenAreExposedUntilTheyAreMadeAgain)
{
    auto opened = open();
    finish(*opened, "a/1/rotate");
    EXPECT_FALSE(opened->is_exposed("a/1/rotate"));
    ASSERT_TRUE(opened->note_exposed({"API key thief is unknown"}));
    EXPECT_TRUE(open()->is_exposed("a/1/rotate"));
    ASSERT_TRUE(opened->rotate_again({"a/1/rotate"}));
    EXPECT_FALSE(open()->is_exposed("a/1/rotate"));
    EXPECT_TRUE(open()->is_exposed("a/2/rotate"));
    ASSERT_TRUE(opened->note_exposed({"API key thief is unknown"}));
    EXPECT_TRUE(open()->is_exposed("a/1/rotate"));
    auto next = open();
    ASSERT_TRUE(next->rotate_again({"a/1/rotate"}));
    EXPECT_EQ(next->round_of("a/1/rotate"), 3U) << "a round that was exposed does not go on";
}

}  // namespace
}  // namespace trunkwarden
