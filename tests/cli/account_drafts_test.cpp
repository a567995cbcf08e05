#include "cli/account_drafts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "loading/loading.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> out;
    for (const auto& found : read_account_table(text, "t.csv").problems)
        out.push_back(to_string(found));
    return out;
}

std::vector<std::string> account_names_of(const std::vector<account_draft>& drafts)
{
    std::vector<std::string> out;
    for (const auto& draft : drafts)
        out.push_back(draft.name);
    return out;
}

account_reading read_back(const account_draft& draft)
{
    settings beside;
    beside.file = "/etc/trunkwarden/trunkwarden.yml";
    return parse_account_file(draft.text, "/etc/trunkwarden/accounts.d/" + draft.name + ".yml", beside,
                              resource_names());
}

TEST(AccountTable, IsAFileForEachRow)
{
    const auto table = read_account_table(
        "\xef\xbb\xbfname,api_key_file,organization_id,ca_file\r\n"
        "acme, /keys/acme ,org-1,\r\n"
        "\r\n"
        "no,\"/keys/a \"\"b\"\", c\",,ca.pem",
        "t.csv");
    ASSERT_THAT(table.problems, IsEmpty());
    ASSERT_THAT(table.drafts, SizeIs(2));
    EXPECT_EQ(table.drafts[0].organization_id, "org-1");
    const auto first = read_back(table.drafts[0]);
    ASSERT_THAT(first.problems, IsEmpty());
    EXPECT_EQ(first.value.name, "acme");
    EXPECT_EQ(first.value.api_key.file, "/keys/acme");
    EXPECT_EQ(first.value.baseline_file, "/etc/trunkwarden/baselines/acme.yml");
    const auto second = read_back(table.drafts[1]);
    ASSERT_THAT(second.problems, IsEmpty());
    EXPECT_EQ(second.value.name, "no") << "a word that YAML could read as something else";
    EXPECT_EQ(second.value.api_key.file, "/keys/a \"b\", c");
    EXPECT_EQ(second.value.ca_file, "/etc/trunkwarden/accounts.d/ca.pem");
    EXPECT_EQ(table.drafts[1].from.line, 4U);
}

TEST(AccountTable, NamesTheLineOfEachFault)
{
    EXPECT_THAT(problems_of("name,api_key_file\nacme,k\nAcme!,k\nglobex\nacme,k\n"),
                ElementsAre(HasSubstr("t.csv:3:1: \"Acme!\" is no name"),
                            HasSubstr("t.csv:4:1: the row has 1 fields, and there are 2 columns"),
                            HasSubstr("t.csv:5:1: the name \"acme\" is taken already, in line 2")));
    EXPECT_THAT(problems_of("name,api_keyfile\nacme,k\n"),
                ElementsAre(HasSubstr("unknown column \"api_keyfile\"; did you mean \"api_key_file\"?")));
    EXPECT_THAT(problems_of("api_key_file\nk\n"), ElementsAre(HasSubstr("the first line names the columns")));
    EXPECT_THAT(problems_of(""), ElementsAre(HasSubstr("the first line names the columns")));
    EXPECT_THAT(problems_of("name\n"), ElementsAre(HasSubstr("the table has no account")));
    EXPECT_THAT(problems_of("name\n\"acme\n"), testing::Contains(HasSubstr("a quote is opened")));
}

TEST(AccountTable, RepeatsNoKeyThatStandsInIt)
{
    const std::string key = "KEY0123456789ABCDEF0123456789ABCDEF_0123456789012345678901";
    for (const auto& said : problems_of(key + ",b\n"))
        EXPECT_THAT(said, Not(HasSubstr(key)));
    const auto table = read_account_table("name,api_key_file\nacme," + key + "\n", "t.csv");
    ASSERT_THAT(table.drafts, SizeIs(1));
    const auto read = read_back(table.drafts[0]);
    ASSERT_THAT(read.problems, Not(IsEmpty()));
    for (const auto& said : read.problems)
        EXPECT_THAT(to_string(said), Not(HasSubstr(key)));
}

TEST(AccountOfManager, IsReachedAsItsManagerIs)
{
    account_settings manager;
    manager.name = "manager";
    manager.api_key.file = "/etc/trunkwarden/key";
    manager.api_url = "https://api.telnyx.eu/v2";
    manager.ca_file = "/etc/ssl/own.pem";
    manager.connection.proxy_from_environment = true;
    manager.connection.tls_config.cert_file = "/etc/ssl/own.crt";
    manager.connection.tls_config.key_file = "/etc/ssl/own.key";
    const auto drafts = drafts_of({{"manager", "7d0c11aa-22bb", "Acme, Berlin"}}, manager,
                                  [](const auto&, const auto&) { return false; });
    ASSERT_THAT(drafts, SizeIs(1));
    const auto read = read_back(drafts[0]);
    ASSERT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.value.name, "acme-berlin");
    EXPECT_EQ(read.value.managed_account_id, "7d0c11aa-22bb");
    EXPECT_EQ(read.value.api_key, manager.api_key);
    EXPECT_EQ(read.value.api_url, manager.api_url);
    EXPECT_EQ(read.value.ca_file, manager.ca_file);
    EXPECT_EQ(read.value.connection, manager.connection);
}

// The owner of the managed account writes that name.
TEST(AccountOfManager, HasANameOfItsOwnWhateverTelnyxShows)
{
    account_settings manager;
    manager.api_key.environment = "K";
    const auto drafts = drafts_of(
        {{"m", "11111111-2", "../../etc"}, {"m", "22222222-3", "ETC"}, {"m", "33333333-4", "\xe6\x97\xa5"}},
        manager, [](const auto&, const auto&) { return false; });
    EXPECT_THAT(account_names_of(drafts), ElementsAre("etc", "etc-22222222", "managed-33333333"));
}

TEST(AccountOfManager, HasItsIdInANameThatIsTaken)
{
    const auto drafts = drafts_of(
        {{"m", "11111111-2", "Acme"}, {"m", "22222222-3", "Acme"}}, account_settings(),
        [](const auto& name, const auto& managed) { return name == "acme" && managed.id.starts_with('1'); });
    EXPECT_THAT(account_names_of(drafts), ElementsAre("acme-11111111", "acme"));
}

}  // namespace
}  // namespace trunkwarden
