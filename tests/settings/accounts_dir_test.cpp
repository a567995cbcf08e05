#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "settings/referenced_files.hpp"
#include "settings/sample_resources.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class AccountsDir : public testing::Test {
protected:
    AccountsDir()
    {
        std::filesystem::create_directories(folder / "accounts.d");
        write("trunkwarden.yml", "accounts_dir: accounts.d\n");
    }
    ~AccountsDir() override { std::filesystem::remove_all(folder); }

    void write(const std::string& name, std::string_view text) const { std::ofstream(folder / name) << text; }
    void write_account(const std::string& name) const
    {
        write("accounts.d/" + name + ".yml",
              "name: " + name + "\napi_key_file: " + name + ".key\nbaseline_file: " + name + ".yaml\n");
    }
    settings_reading read() const
    {
        return read_settings_file(folder / "trunkwarden.yml", examples::resources);
    }
    std::vector<std::string> problems() const
    {
        std::vector<std::string> out;
        for (const auto& problem : read().problems)
            out.push_back(to_string(problem));
        return out;
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("trunkwarden_accounts_dir." + std::to_string(::getpid()));
};

TEST_F(AccountsDir, HasAnAccountInEachFileByName)
{
    write_account("b");
    write_account("a");
    write("accounts.d/.#a.yml", "an editor's lock");
    write("accounts.d/a.yml~", "an editor's copy");
    const auto settings = read();
    EXPECT_THAT(problems(), IsEmpty());
    ASSERT_THAT(settings.value.accounts, SizeIs(2));
    EXPECT_EQ(settings.value.accounts[0].name, "a");
    EXPECT_EQ(settings.value.accounts[0].api_key.file, folder / "accounts.d/a.key") << "beside its own file";
    EXPECT_EQ(settings.value.accounts[1].file, folder / "accounts.d/b.yml");
}

TEST_F(AccountsDir, AddsToTheAccountsOfTheSettings)
{
    write("trunkwarden.yml",
          "accounts: [{name: main, api_key_file: k, baseline_file: b}]\naccounts_dir: accounts.d\n");
    write_account("a");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(read().value.accounts, SizeIs(2));
    write_account("main");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("accounts.d/main.yml:1:7: ")));
}

TEST_F(AccountsDir, NamesBothPlacesOfANameThatIsThereTwice)
{
    write("trunkwarden.yml",
          "accounts_dir: accounts.d\naccounts:\n  - {name: main, api_key_file: k, baseline_file: b}\n");
    write_account("a");
    write_account("main");
    write("accounts.d/z.yml", "# the same again\nname: a\napi_key_file: z.key\nbaseline_file: z.yaml\n");
    const auto taken = [this](const std::string& name, const std::string& in) {
        return HasSubstr("the name \"" + name + "\" is taken already, in " + (folder / in).string() +
                         ": give one of the two another name, or remove it");
    };
    EXPECT_THAT(problems(),
                ElementsAre(AllOf(HasSubstr("accounts.d/main.yml:1:7: "), taken("main", "trunkwarden.yml:3")),
                            AllOf(HasSubstr("accounts.d/z.yml:2:7: "), taken("a", "accounts.d/a.yml:1"))));
}

// The unit hands out one folder of credentials, wherever the account is written.
TEST_F(AccountsDir, HasItsCredentialsInTheFolderBesideTheSettings)
{
    write("accounts.d/a.yml", "name: a\napi_key_credential: telnyx_a\nbaseline_file: a.yaml\n");
    const auto settings = read();
    ASSERT_THAT(settings.value.accounts, SizeIs(1));
    EXPECT_EQ(settings.value.accounts[0].api_key.credential_folder, folder / "credentials");
    EXPECT_EQ(settings.value.accounts[0].baseline_file, folder / "accounts.d/a.yaml");
}

TEST_F(AccountsDir, HasAccountsThatARuleOfTheQuarantineMayName)
{
    write_account("a");
    write("trunkwarden.yml", "accounts_dir: accounts.d\nquarantine: {rules: [{account: a, mode: off}]}\n");
    EXPECT_THAT(problems(), IsEmpty());
    write("trunkwarden.yml", "accounts_dir: accounts.d\nquarantine: {rules: [{account: aa, mode: off}]}\n");
    EXPECT_THAT(
        problems(),
        ElementsAre(HasSubstr("trunkwarden.yml:2:32: account cannot be \"aa\"; did you mean \"a\"?")));
}

TEST_F(AccountsDir, IsNotReadWhereItHasTooManyFiles)
{
    for (int number = 0; number <= 10'000; ++number)
        write("accounts.d/" + std::to_string(number) + ".yml", "");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("there are 10001 accounts")));
    EXPECT_THAT(read().value.account_files, IsEmpty());
}

TEST_F(AccountsDir, NamesTheFileAndTheLineOfEachMistake)
{
    write_account("a");
    write("accounts.d/b.yml", "name: b\napi_key_file: k\nbaselinefile: b\n");
    write("accounts.d/c.yml", "");
    write("accounts.d/d.yml", "- name: d\n");
    write("accounts.d/e.yaml", "name: e\n");
    write("accounts.d/f.yml",
          "name: f\napi_key: KEY0123456789ABCDEF0123456789ABCDEF_0123456789012345678901\nbaseline_file: b\n");
    const auto said = problems();
    EXPECT_THAT(said, Contains(HasSubstr("b.yml:3:1: unknown key \"baselinefile\"")));
    EXPECT_THAT(said, Contains(HasSubstr("c.yml:1:1: the file is empty")));
    EXPECT_THAT(said, Contains(HasSubstr("d.yml:1:")));
    EXPECT_THAT(said, Contains(HasSubstr("e.yaml: files of accounts_dir end in .yml")));
    for (const auto& sentence : said)
        EXPECT_THAT(sentence, testing::Not(HasSubstr("0123456789ABCDEF")));
}

TEST_F(AccountsDir, WithoutAnyAccountItIsAMistake)
{
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("no account is set")));
    std::filesystem::remove_all(folder / "accounts.d");
    EXPECT_THAT(problems(), Contains(HasSubstr("accounts_dir cannot be read")));
}

TEST_F(AccountsDir, AFileThatComesOrGoesIsAChange)
{
    write_account("a");
    const auto files = files_of(read().value);
    EXPECT_THAT(files, Contains(folder / "accounts.d"));
    EXPECT_THAT(files, Contains(folder / "accounts.d/a.yml"));
    const auto before = digest_of(files);
    EXPECT_EQ(digest_of(files), before);
    write_account("b");
    EXPECT_NE(digest_of(files), before);
}

}  // namespace
}  // namespace trunkwarden
