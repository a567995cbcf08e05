#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "end_to_end/watched_account.hpp"

// `trunkwarden accounts import`: the files that it writes, and when it writes none.

namespace trunkwarden::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view branch_office =
    "e1b0c4d2-6a7f-4b8e-9d21-0f3a5c7e9b01";  // of config/demo/account.yml

class AccountsImport : public testing::Test {
protected:
    AccountsImport() : on({.more = "accounts_dir: accounts.d\n"}, with_branch())
    {
        std::filesystem::create_directory(on.folder.file("accounts.d"));
    }
    static simulator::options with_branch()
    {
        auto api = with_demo_key();
        api.managed_accounts.emplace(branch_office, fakes::in_project("config/demo/account.yml"));
        return api;
    }
    outcome import(std::vector<std::string> more)
    {
        more.insert(more.begin(), {"accounts", "import"});
        return run_binary(on.command_line(std::move(more)));
    }
    std::string table(std::string_view rows)
    {
        return on.folder.write(
            "t.csv",
            fmt::format("name,api_key_file,api_url,ca_file,baseline_file,organization_id\n{}", rows));
    }
    // A row of an account that the simulator answers for.
    std::string row(std::string_view name, std::string_view baseline, std::string_view organization) const
    {
        return fmt::format("{},../key,{},{},{},{}\n", name, on.url, on.ca_file == "\"\"" ? "" : on.ca_file,
                           baseline, organization);
    }
    bool is_there(const std::string& file) const { return std::filesystem::exists(on.folder.file(file)); }

    watched_account on;
};

TEST_F(AccountsImport, WritesAFileForEachRowThatIsValidThen)
{
    const auto file = table(row("acme", "../baseline.yml", "") + row("globex", "../baseline.yml", ""));
    const auto tried = import({file, "--dry-run"});
    EXPECT_EQ(tried.exit_code, 0) << tried.err;
    EXPECT_THAT(tried.out, HasSubstr("would write"));
    EXPECT_FALSE(is_there("accounts.d/acme.yml"));
    const auto done = import({file});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("wrote " + on.folder.file("accounts.d/globex.yml")));
    const auto valid = run_binary(on.command_line({"config", "check"}));
    EXPECT_EQ(valid.exit_code, 0) << valid.err;
    EXPECT_THAT(valid.out, HasSubstr("3 accounts"));
}

TEST_F(AccountsImport, LeavesAFileThatIsThereAsItIs)
{
    const auto file = table(row("acme", "../baseline.yml", ""));
    ASSERT_EQ(import({file}).exit_code, 0);
    const auto before = text_of_file(on.folder.file("accounts.d/acme.yml"));
    const auto again = import({table(row("acme", "../other.yml", ""))});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("is there already"));
    EXPECT_EQ(text_of_file(on.folder.file("accounts.d/acme.yml")), before);
}

// With a file whose baseline is missing, the daemon would refuse every other edit.
TEST_F(AccountsImport, WritesNothingWhileARowCannotBeUsed)
{
    const auto file = table(row("acme", "../baseline.yml", "") + row("production", "../baseline.yml", "") +
                            row("globex", "", ""));
    const auto refused = import({file});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr(file + ":3:1: account production: the name \"production\" is taken"));
    EXPECT_THAT(refused.err, HasSubstr(file + ":4:1: account globex: its baseline "));
    EXPECT_FALSE(is_there("accounts.d/acme.yml"));
}

TEST_F(AccountsImport, CapturesABaselineThatIsNotThere)
{
    const auto done = import({table(row("acme", "", "")), "--capture"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_TRUE(is_there("baselines/acme.yml"));
    EXPECT_THAT(done.out, HasSubstr("baselines/acme.yml"));
    const auto valid = run_binary(on.command_line({"config", "check"}));
    EXPECT_EQ(valid.exit_code, 0) << valid.err;
}

TEST_F(AccountsImport, RefusesTheKeyOfAnotherOrganisation)
{
    const auto captured = import({table(row("acme", "", "somebody-else")), "--capture"});
    EXPECT_EQ(captured.exit_code, 1);
    EXPECT_THAT(captured.err, HasSubstr("and the table says somebody-else"));
    EXPECT_FALSE(is_there("accounts.d/acme.yml"));
    EXPECT_FALSE(is_there("baselines/acme.yml"));
}

TEST_F(AccountsImport, WatchesTheManagedAccountsOfAnAccount)
{
    const auto done = import({"--managed-by", "production", "--capture"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(on.folder.file("accounts.d")))
        files.push_back(file.path());
    ASSERT_EQ(files.size(), 1U) << done.out << done.err;
    EXPECT_THAT(text_of_file(files[0]), HasSubstr(branch_office));
    EXPECT_THAT(text_of_file(files[0]), Not(HasSubstr(demo_key)));
    const auto again = import({"--managed-by", "production", "--capture"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("is watched already"));
}

TEST_F(AccountsImport, SaysWhatTheSettingsLack)
{
    on.more("");
    const auto refused = import({table(row("acme", "../baseline.yml", ""))});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("has no accounts_dir"));
}

}  // namespace
}  // namespace trunkwarden::end_to_end
