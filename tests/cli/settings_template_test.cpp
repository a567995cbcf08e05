#include "cli/settings_template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

settings_reading read_back(const template_values& from)
{
    std::vector<std::string_view> resources;
    for (const auto& type : catalogue)
        resources.push_back(type.name);
    return parse_settings(settings_template(from), "/etc/trunkwarden/trunkwarden.yml", resources);
}

TEST(SettingsTemplate, AreReadBackAsTheyWereMeant)
{
    template_values from;
    from.account = "no";  // a word that YAML could read as something else
    from.api_key.credential = "telnyx_no";
    from.blind_spots = {"managed_accounts", "api_keys"};
    from.sink = chosen_sink{sink_type::slack, "/etc/trunkwarden/slack # url"};
    const auto read = read_back(from);
    ASSERT_THAT(read.problems, IsEmpty());
    ASSERT_EQ(read.value.accounts.size(), 1U);
    const auto& account = read.value.accounts[0];
    EXPECT_EQ(account.name, "no");
    EXPECT_EQ(account.api_key.credential, "telnyx_no");
    EXPECT_EQ(account.api_key.credential_folder, "/etc/trunkwarden/credentials");
    EXPECT_EQ(account.baseline_file, "/etc/trunkwarden/baseline.yml");
    EXPECT_THAT(account.accepted_blind_spots, ElementsAre("managed_accounts", "api_keys"));
    ASSERT_EQ(read.value.alerts.sinks.size(), 1U);
    EXPECT_EQ(read.value.alerts.sinks[0].url_file, "/etc/trunkwarden/slack # url");
    EXPECT_EQ(read.value.state_file, settings{}.state_file) << "where the package has it";
}

TEST(SettingsTemplate, ForAPlainUserKeepEverythingBesideThem)
{
    template_values from;
    from.account = "a";
    from.api_key.file = "a.key";
    from.beside_settings = true;
    from.api_url = "https://api.example.com/v2";
    const auto read = read_back(from);
    ASSERT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.value.state_file, "/etc/trunkwarden/state.db");
    EXPECT_EQ(read.value.control_socket, "/etc/trunkwarden/control.sock");
    EXPECT_EQ(read.value.accounts[0].api_url, "https://api.example.com/v2");
    EXPECT_THAT(read.value.alerts.sinks, IsEmpty());
}

TEST(SettingsTemplate, EveryKindOfSinkIsValid)
{
    for (const char* written :
         {"alertmanager=http://127.0.0.1:9093", "webhook=https://soc.example.com/hook?x=1", "slack=/root/url",
          "pagerduty=/root/key"}) {
        template_values from;
        from.account = "a";
        from.api_key.environment = "KEY";
        from.sink = parse_sink(written).value();
        EXPECT_THAT(read_back(from).problems, IsEmpty()) << written;
    }
}

TEST(SettingsTemplate, NameTheProxyForTheApiAndForSinksOnTheInternet)
{
    template_values from;
    from.account = "a";
    from.api_key.environment = "KEY";
    from.sink = parse_sink("pagerduty=/root/key").value();
    from.connection.proxy_url = "http://proxy.example.com:3128";
    auto read = read_back(from);
    ASSERT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.value.accounts[0].connection.proxy_url, "http://proxy.example.com:3128");
    EXPECT_EQ(read.value.alerts.sinks[0].connection.proxy_url, "http://proxy.example.com:3128");

    from.connection = {};
    from.connection.proxy_url_file = "/etc/trunkwarden/proxy # url";
    read = read_back(from);
    ASSERT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.value.accounts[0].connection.proxy_url_file, "/etc/trunkwarden/proxy # url");
    EXPECT_EQ(read.value.alerts.sinks[0].connection.proxy_url_file, "/etc/trunkwarden/proxy # url");

    from.connection = {};
    from.connection.proxy_from_environment = true;
    from.sink = parse_sink("alertmanager=http://alertmanager:9093").value();
    read = read_back(from);
    ASSERT_THAT(read.problems, IsEmpty());
    EXPECT_TRUE(read.value.accounts[0].connection.proxy_from_environment);
    EXPECT_FALSE(read.value.alerts.sinks[0].connection.proxy_from_environment) << "it is nearby";
}

TEST(SettingsTemplate, SaysWhatIsWrongWithASink)
{
    EXPECT_THAT(parse_sink("slak=x").error().message, HasSubstr("did you mean \"slack\""));
    EXPECT_THAT(parse_sink("webhook").error().message, HasSubstr("webhook=https://"));
    EXPECT_THAT(parse_sink("pagerduty=").error().message, HasSubstr("needs a file"));
    EXPECT_THAT(parse_sink("").error().message, HasSubstr("alertmanager=URL"));
}

TEST(SettingsTemplate, KnowWhatAnAccountCanBeCalled)
{
    EXPECT_EQ(fault_of_account_name("prod-eu_2"), std::nullopt);
    for (const char* bad : {"", "Prod", "a b", "a/b", "ä"})
        EXPECT_NE(fault_of_account_name(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace trunkwarden
