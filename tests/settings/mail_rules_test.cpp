#include "settings/mail_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "settings/sample_resources.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

using testing::ElementsAre;

TEST(MailRules, CutAListAtItsCommas)
{
    EXPECT_THAT(mail_addresses_in("a@b"), ElementsAre("a@b"));
    EXPECT_THAT(mail_addresses_in(" a@b ,\tc@d"), ElementsAre("a@b", "c@d"));
    EXPECT_THAT(mail_addresses_in("a@b,"), ElementsAre("a@b", ""));
    EXPECT_THAT(mail_addresses_in(""), ElementsAre(""));
}

TEST(MailRules, WantHostAndPort)
{
    EXPECT_EQ(parse_smarthost("mail.example.com:587").value(), (listen_address{"mail.example.com", 587}));
    EXPECT_EQ(parse_smarthost("[2001:db8::1]:465").value(), (listen_address{"2001:db8::1", 465}));
    for (const char* odd : {"", "mail.example.com", ":25", "mail:0", "mail:99999", "smtp://mail:25",
                            "u:p@mail:25", "mail/x:25"})
        EXPECT_FALSE(parse_smarthost(odd)) << odd;
}

TEST(MailRules, KnowWhereTlsComesFirst)
{
    EXPECT_TRUE(begins_with_tls(parse_smarthost("mail.example.com:465").value()));
    for (const char* later : {"mail.example.com:587", "mail.example.com:25", "[2001:db8::465]:587"})
        EXPECT_FALSE(begins_with_tls(parse_smarthost(later).value())) << later;
}

TEST(MailRules, SayWhatIsWrongWithTheSettingsOfASink)
{
    const std::pair<std::string, std::string> table[]{
        {"name: s, type: email, smarthost: 'm:25', from: a@b", "2:18: email sinks need to"},
        {"name: s, type: email, smarthost: m, from: a@b, to: c@d",
         "2:52: smarthost must be HOST:PORT such as mail.example.com:587, not \"m\""},
        {"name: s, type: email, smarthost: 'm:25', from: 'A <a@b>', to: c@d",
         "2:66: from must be one address such as trunkwarden@example.com, without a name beside it"},
        {"name: s, type: email, smarthost: 'm:25', from: a@b, to: 'c@d,'",
         "2:75: to must list addresses such as noc@example.com, with commas between them and without names "
         "beside them"},
        {"name: s, type: email, smarthost: 'm:25', from: a@b, to: c@d, auth_username: u",
         "2:80: auth_username and auth_password_file need each other"},
        {"name: s, type: email, smarthost: 'm:25', from: a@b, to: c@d, auth_username: u, "
         "auth_password_file: /p, require_tls: false",
         "2:122: require_tls cannot be false with auth_username: the password would go in clear"},
        {"name: s, type: email, smarthost: 'm:25', from: a@b, to: c@d, url: 'https://x/'",
         "2:85: email sinks have no url"},
        {"name: s, type: email, smarthost: 'm:25', from: a@b, to: c@d, proxy_url: 'http://p:1'",
         "2:91: email sinks have no proxy_url"},
        {"name: s, type: webhook, url: 'https://x/', to: c@d", "2:66: webhook sinks have no to"},
    };
    for (const auto& [keys, problem] : table) {
        const auto read =
            parse_settings("accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\nalerts: {sinks: [{" +
                               keys + "}]}\n",
                           "s.yml", examples::resources);
        ASSERT_EQ(read.problems.size(), 1U) << keys;
        EXPECT_EQ(to_string(read.problems[0]), "s.yml:" + problem);
    }
}

}  // namespace
}  // namespace trunkwarden
