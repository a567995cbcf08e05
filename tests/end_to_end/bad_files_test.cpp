#include <gtest/gtest.h>

#include <filesystem>
#include <fmt/ranges.h>
#include <string>
#include <vector>

#include "end_to_end/watched_account.hpp"

// Files that cannot be used: every command says which, where and what to do, and ends with 1.

namespace trunkwarden::end_to_end {
namespace {

// Settings beside a key and a baseline that are fine; the tests spoil one of the three.
class BadFiles : public testing::TestWithParam<std::vector<std::string>> {
protected:
    BadFiles()
    {
        folder.write("key", "KEY_CANARY_0123456789");
        folder.write("baseline.yml", "version: 1\n");
    }

    std::string settings(std::string_view text) const { return folder.write("trunkwarden.yml", text); }

    // "run", "check" and "config check" read the same files.
    outcome started(const std::string& file) const
    {
        auto words = GetParam();
        words.push_back("--config.file=" + file);
        auto ended = run_binary(std::move(words));
        EXPECT_EQ(ended.exit_code, 1) << ended.err;
        EXPECT_EQ(ended.out, "");
        EXPECT_EQ(ended.err.find("CANARY"), std::string::npos) << ended.err;
        return ended;
    }

    static void expect_says(const outcome& ended, std::string_view text)
    {
        EXPECT_NE(ended.err.find(text), std::string::npos) << ended.err;
    }

    scratch_folder folder;
};

constexpr std::string_view fine_account =
    "accounts:\n"
    "  - name: production\n"
    "    api_key_file: key\n"
    "    baseline_file: baseline.yml\n";

TEST_P(BadFiles, TellWhereAPatternLeavesTheHostOpenAndWhatToWrite)
{
    const auto baseline =
        folder.write("baseline.yml",
                     "version: 1\ntexml_applications:\n  - {id: a, voice_url: https://ivr.example.com*}\n");

    const auto ended = started(settings(fine_account));

    expect_says(ended, baseline + ":3:24: voice_url cannot end its host in a wildcard");
    expect_says(ended, "write \"https://ivr.example.com/*\"");
}

TEST_P(BadFiles, TellWhereAnUnknownKeyStandsAndWhichWasMeant)
{
    const auto file = settings(std::string(fine_account) + "pol:\n  interval: 30s\n");

    const auto ended = started(file);

    expect_says(ended, file + ":5:1: ");
    expect_says(ended, "\"poll\"");
}

TEST_P(BadFiles, TellEveryProblemAndNotOnlyTheFirst)
{
    const auto file = settings(
        "accounts:\n"
        "  - name: Production!\n"
        "    api_key_file: key\n"
        "    baseline_file: baseline.yml\n"
        "poll: {interval: soon, concurrency: 0}\n");

    const auto ended = started(file);

    expect_says(ended, file + ":2:");
    expect_says(ended, file + ":5:18: ");
    expect_says(ended, "concurrency");
}

TEST_P(BadFiles, TellWhereTheYamlBreaks)
{
    const auto file = settings("accounts:\n  - name: \"production\n");

    expect_says(started(file), file + ":");
}

TEST_P(BadFiles, TellThatTheSettingsAreNotThere)
{
    const auto file = folder.file("nowhere.yml");

    const auto ended = started(file);

    expect_says(ended, file);
    expect_says(ended, "--config.file=PATH");
}

TEST_P(BadFiles, TellThatACaFileHoldsNoCertificate)
{
    const auto ca = folder.write("ca.pem", "CANARY, and no certificate\n");

    const auto ended = started(settings(std::string(fine_account) + "    ca_file: ca.pem\n"));

    expect_says(ended, ca + ": ");
    expect_says(ended, "BEGIN CERTIFICATE");
}

// The daemon's log has a line for each problem; the user of a command sees the line of the file, too.
TEST_P(BadFiles, ShowTheLineToAPersonWithoutWhatCouldBeASecret)
{
    const auto file = settings(std::string(fine_account) + "    tokn: CANARY\npoll: {interval: soon}\n");

    const auto ended = started(file);

    const bool is_daemon = GetParam().front() == "run";
    EXPECT_EQ(ended.err.find("   5 |     tokn: (secret)\n     |     ^\n") == std::string::npos, is_daemon)
        << ended.err;
    EXPECT_EQ(
        ended.err.find("   6 | poll: {interval: soon}\n     |                  ^\n") == std::string::npos,
        is_daemon)
        << ended.err;
}

TEST_P(BadFiles, TellTheWayOutOfAMissingBaseline)
{
    std::filesystem::remove(folder.file("baseline.yml"));

    const auto ended = started(settings(fine_account));

    expect_says(ended, folder.file("baseline.yml"));
    expect_says(ended, "baseline capture");
}

TEST_P(BadFiles, TellWhereABaselineHasAnUnknownResourceOrField)
{
    const auto file = folder.write("baseline.yml",
                                   "version: 1\n"
                                   "ipz:\n"
                                   "  - ip_address: 192.0.2.1\n"
                                   "ips:\n"
                                   "  - ip_adress: 192.0.2.1\n"
                                   "    expires: soon\n");

    const auto ended = started(settings(fine_account));

    expect_says(ended, file + ":2:1: ");
    expect_says(ended, file + ":5:5: ");
    expect_says(ended, "\"ip_address\"");
    expect_says(ended, file + ":6:");
}

TEST_P(BadFiles, TellASecretInABaselineWithoutRepeatingIt)
{
    const auto file = folder.write("baseline.yml",
                                   "version: 1\n"
                                   "credential_connections:\n"
                                   "  - id: \"1\"\n"
                                   "    password: CANARY-written-down\n");

    const auto ended = started(settings(fine_account));

    expect_says(ended, file + ":4:");
    expect_says(ended, "password");
}

TEST_P(BadFiles, TellAKeyWrittenIntoTheSettingsWithoutRepeatingIt)
{
    const auto file = settings(
        "accounts:\n"
        "  - name: production\n"
        "    api_key: KEY_CANARY_0123456789\n"
        "    baseline_file: baseline.yml\n");

    const auto ended = started(file);

    expect_says(ended, file + ":3:");
    expect_says(ended, "api_key_file");
}

TEST_P(BadFiles, TellAKeyFileThatIsNotThereByItsPath)
{
    std::filesystem::remove(folder.file("key"));

    expect_says(started(settings(fine_account)), folder.file("key"));
}

// A folder where the key should be cannot be read, by root neither.
TEST_P(BadFiles, TellAKeyFileThatCannotBeReadByItsPath)
{
    std::filesystem::remove(folder.file("key"));
    std::filesystem::create_directory(folder.file("key"));

    expect_says(started(settings(fine_account)), folder.file("key"));
}

TEST_P(BadFiles, TellAnEmptyKeyFileByItsPath)
{
    folder.write("key", "\n");

    expect_says(started(settings(fine_account)), folder.file("key"));
}

INSTANTIATE_TEST_SUITE_P(Commands, BadFiles,
                         testing::Values(std::vector<std::string>{"run"}, std::vector<std::string>{"check"},
                                         std::vector<std::string>{"config", "check"}),
                         [](const auto& tested) { return fmt::format("{}", fmt::join(tested.param, "_")); });

TEST(GoodFiles, AreCalledValid)
{
    const watched_account account;

    const auto ended = run_binary(account.command_line({"config", "check"}));

    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_NE(ended.out.find("is valid"), std::string::npos) << ended.out;
    EXPECT_TRUE(ended.err.empty() || ended.err.starts_with("warning: no alerts are sent")) << ended.err;
}

TEST(CommandLine, RefusesWhatItDoesNotKnow)
{
    const auto misspelt = run_binary({"chekc"});
    EXPECT_EQ(misspelt.exit_code, 1);
    EXPECT_NE(misspelt.err.find("\"check\""), std::string::npos) << misspelt.err;
    EXPECT_EQ(run_binary({}).exit_code, 1);
    EXPECT_EQ(run_binary({"check", "--nonsense"}).exit_code, 1);
    EXPECT_EQ(run_binary({"run", "--sweeps=0"}).exit_code, 1);
}

TEST(CommandLine, SaysItsVersionAndWhatItWatchesWithoutAnySettings)
{
    const auto version = run_binary({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_NE(version.out.find("trunkwarden "), std::string::npos);

    const auto resources = run_binary({"resources", "--output=json"});
    EXPECT_EQ(resources.exit_code, 0);
    EXPECT_NO_THROW(json::parse(resources.out));
    EXPECT_NE(resources.out.find("call_forwarding"), std::string::npos);
}

}  // namespace
}  // namespace trunkwarden::end_to_end
