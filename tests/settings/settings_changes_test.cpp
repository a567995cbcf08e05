#include "settings/settings_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

settings two_accounts()
{
    settings out;
    out.file = "/etc/tw/trunkwarden.yml";
    for (const char* name : {"production", "staging"}) {
        account_settings account;
        account.name = name;
        account.baseline_file = std::string("/etc/tw/") + name + ".yml";
        out.accounts.push_back(account);
    }
    sink_settings chat;
    chat.name = "chat";
    chat.type = sink_type::slack;
    chat.url = "https://hooks.example.com/CANARY";
    out.alerts.sinks.push_back(chat);
    return out;
}

std::vector<std::string> told(const config_changes& changes)
{
    std::vector<std::string> out;
    for (const auto& change : changes.shown())
        out.push_back((change.direction == config_change::way::wider ? "wider: " : "narrower: ") +
                      change.sentence);
    return out;
}

std::vector<std::string> changes_to(const settings& after)
{
    return told(changes_of_settings(two_accounts(), after));
}

TEST(SettingsChanges, SayNothingOfTheSameSettings)
{
    EXPECT_THAT(changes_to(two_accounts()), IsEmpty());
}

TEST(SettingsChanges, ReadAsTheFileIsWritten)
{
    auto after = two_accounts();
    after.poll.interval = 5s;
    after.poll.stale_after = 90s;
    after.alerts.reminder_interval = 1500ms;
    EXPECT_THAT(changes_to(after),
                ElementsAre("narrower: poll.interval 30s → 5s", "narrower: poll.stale_after 3m → 90s",
                            "narrower: alerts.reminder_interval 4h → 1500ms"));
}

TEST(SettingsChanges, CallItWiderWhenTheWatchSeesOrTellsLess)
{
    auto after = two_accounts();
    after.accounts.pop_back();
    after.accounts[0].accepted_blind_spots = {"ips"};
    after.alerts.sinks.clear();
    after.poll.interval = 1h;
    after.poll.audit_interval = 0s;
    after.alerts.group_by = message_group::incident;
    EXPECT_THAT(changes_to(after),
                ElementsAre("wider: account staging removed: it is not watched any more",
                            "wider: account production: now accepts not to see ips",
                            "wider: poll.interval 30s → 1h", "wider: poll.audit_interval 10s → 0s",
                            "wider: sink chat removed: it is not told any more",
                            "wider: alerts.group_by finding → incident"));
}

TEST(SettingsChanges, CallItNarrowerTheOtherWayRound)
{
    auto before = two_accounts();
    before.accounts.pop_back();
    before.accounts[0].accepted_blind_spots = {"ips"};
    before.alerts.sinks.clear();
    before.poll.audit_interval = 0s;
    before.alerts.reminder_interval = 0s;
    EXPECT_THAT(told(changes_of_settings(before, two_accounts())),
                ElementsAre("narrower: account production: no longer accepts not to see ips",
                            "narrower: account staging added", "narrower: poll.audit_interval 0s → 10s",
                            "narrower: sink chat added", "narrower: alerts.reminder_interval 0s → 4h"));
}

TEST(SettingsChanges, NeverRepeatTheUrlOfASinkOrWhereAKeyIs)
{
    auto after = two_accounts();
    after.alerts.sinks[0].url = "https://hooks.example.com/CANARY-2";
    after.accounts[0].api_key.environment = "CANARY";
    EXPECT_THAT(changes_to(after),
                ElementsAre("wider: account production: its API key comes from another place",
                            "wider: sink chat: its url is another"));
}

TEST(SettingsChanges, NameAnotherWayToAServer)
{
    auto after = two_accounts();
    after.accounts[0].connection.proxy_url = "http://proxy.example:3128";
    after.accounts[0].managed_account_id = "4711";
    after.alerts.sinks[0].connection.proxy_from_environment = true;
    after.alerts.sinks[0].basic_auth = basic_auth_settings{"CANARY", "/etc/tw/password"};
    EXPECT_THAT(changes_to(after),
                ElementsAre("wider: account production: managed_account_id \"\" → 4711",
                            "wider: account production: proxy_url \"\" → http://proxy.example:3128",
                            "wider: sink chat: proxy_from_environment false → true",
                            "wider: sink chat: its basic_auth is another"));
}

TEST(SettingsChanges, CallALouderSinkNarrowerAndAQuieterOneWider)
{
    auto after = two_accounts();
    after.alerts.sinks[0].min_severity = severity::critical;
    EXPECT_THAT(changes_to(after), ElementsAre("wider: sink chat: min_severity info → critical"));
    EXPECT_THAT(told(changes_of_settings(after, two_accounts())),
                ElementsAre("narrower: sink chat: min_severity critical → info"));
}

TEST(SettingsChanges, CallItWiderWhenNobodyHearsThatTheWatchStops)
{
    auto with = two_accounts();
    with.alerts.heartbeat = heartbeat_settings{};
    with.alerts.heartbeat->url_file = "/etc/tw/CANARY";
    EXPECT_THAT(changes_to(with), ElementsAre("narrower: alerts.heartbeat added"));
    EXPECT_THAT(told(changes_of_settings(with, two_accounts())),
                ElementsAre("wider: alerts.heartbeat removed: nobody hears any more when the watch stops"));
    auto other = with;
    other.alerts.heartbeat->url_file = "/etc/tw/other";
    other.alerts.heartbeat->interval = 5min;
    EXPECT_THAT(told(changes_of_settings(with, other)),
                ElementsAre("wider: alerts.heartbeat: its url_file is another",
                            "wider: alerts.heartbeat: interval 1m → 5m"));
}

TEST(SettingsChanges, CallItWiderWhenLinksLeadElsewhere)
{
    auto linked = two_accounts();
    linked.links.external_url = "https://guard.example.com";
    EXPECT_THAT(changes_to(linked), ElementsAre("narrower: external_url \"\" → https://guard.example.com"));
    auto elsewhere = linked;
    elsewhere.links = {"https://evil.example", "https://evil.example/runbooks"};
    EXPECT_THAT(told(changes_of_settings(linked, elsewhere)),
                ElementsAre("wider: external_url https://guard.example.com → https://evil.example",
                            "wider: runbook_base_url file:///usr/share/doc/trunkwarden → "
                            "https://evil.example/runbooks"));
}

TEST(SettingsChanges, KeepTheStateFileUntilTheNextStartAndSaySo)
{
    auto after = two_accounts();
    after.state_file = "/elsewhere/state.db";
    EXPECT_THAT(needs_restart(two_accounts(), after), Contains(HasSubstr("takes a restart")));
    EXPECT_EQ(without_restart_settings(two_accounts(), after), two_accounts());
    EXPECT_THAT(needs_restart(two_accounts(), two_accounts()), IsEmpty());
}

TEST(SettingsChanges, KeepTheDatabaseUntilTheNextStartAndSaySo)
{
    auto after = two_accounts();
    after.database.connection_file = "/etc/trunkwarden/database.conf";
    EXPECT_THAT(needs_restart(two_accounts(), after), Contains("the change of database takes a restart"));
    EXPECT_EQ(without_restart_settings(two_accounts(), after), two_accounts());
}

TEST(SettingsChanges, NameTheHostsThatTheServerIsAskedBy)
{
    auto after = two_accounts();
    after.web.allowed_hosts = {"monitor.example.com"};
    EXPECT_THAT(changes_to(after), ElementsAre("wider: web.allowed_hosts now has monitor.example.com"));
    EXPECT_THAT(told(changes_of_settings(after, two_accounts())),
                ElementsAre("narrower: web.allowed_hosts no longer has monitor.example.com"));
}

TEST(SettingsChanges, RefuseAnotherAddressOnThePortThatTheDaemonHolds)
{
    auto after = two_accounts();
    after.web.listen_address = "0.0.0.0:10979";
    EXPECT_THAT(reload_refusal(two_accounts(), after).value_or(""), HasSubstr("/etc/tw/trunkwarden.yml"));
    after.web.listen_address = "127.0.0.1:10980";
    EXPECT_EQ(reload_refusal(two_accounts(), after), std::nullopt);
    after.web.listen_address = "";
    EXPECT_EQ(reload_refusal(two_accounts(), after), std::nullopt);
    EXPECT_EQ(reload_refusal(two_accounts(), two_accounts()), std::nullopt);
}

}  // namespace
}  // namespace trunkwarden
