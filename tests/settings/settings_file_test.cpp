#include "settings/settings_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "settings/sample_resources.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

using examples::resources;

settings_reading read(std::string_view text)
{
    return parse_settings(text, "/etc/tw/s.yml", resources);
}

// The settings with one account and what `more` adds at the top level.
settings good(const std::string& more)
{
    auto reading = read("accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n" + more);
    for (const auto& found : reading.problems)
        ADD_FAILURE() << to_string(found);
    return reading.value;
}

constexpr std::string_view contract_example = R"(accounts:                          # at least one
  - name: production               # required, unique, [a-z0-9_-]+
    api_key_file: /path            # one of api_key_file, api_key_credential (a systemd credential's name), api_key_env
    baseline_file: baseline.yml    # required
    api_url: https://api.telnyx.com/v2
    ca_file: ""                    # extra trust anchor, PEM; certificate checks cannot be switched off
    accepted_blind_spots: []       # resources known to be unreadable with this key, e.g. [api_keys]
    api_keys:                      # the endpoint is undocumented, so it is data, not code
      path: ""
      id: id
      label: name
      own_key_id: ""               # never contained
    two_factor_probe: null         # {url, pointer, expected}: optional user-supplied check
poll:
  interval: 30s                    # target age of every list that fits in ten pages
  large_interval: 5m               # target age of longer lists; between two readings the audit log names what to fetch
  audit_interval: 10s              # audit log look-ups, 0s switches them off
  concurrency: 4                   # requests in flight per account
  requests_per_second: 10          # ceiling per account
  rate_limit_reserve: 0.5          # share of the API's advertised allowance left to the account's own traffic
  timeout: 10s                     # one request
  stale_after: 3m                  # a resource not read completely for this long, or twice its target age if that is longer, becomes a finding of kind blind
web:
  listen_address: 127.0.0.1:10979   # "" switches it off
  config_file: ""                  # TLS and basic auth, in the Prometheus exporter-toolkit format
  enable_lifecycle: false          # POST /-/reload over TCP
metrics:
  per_resource: full               # compact: without what is complete and quiet
control_socket: /run/trunkwarden/control.sock
state_file: /var/lib/trunkwarden/state.db
alerts:
  reminder_interval: 4h            # an open, unacknowledged finding is sent again
  sinks: []                        # section 6
quarantine:                        # section 7
  mode: dry_run                    # off | dry_run | approve | auto
  rules: []                        # [{resource, kind, account, mode}], first match wins, all keys but mode optional
  allow_irreversible: false
  max_actions_per_cycle: 5
  max_actions_per_hour: 20
  max_fraction: 0.25               # of the live objects of that resource, once it has 8 or more
  warmup_cycles: 2                 # complete sweeps after start before any action
)";

// The defaults of the structs, of the documentation and of a file that says nothing are the same.
void expect_defaults(const settings& read)
{
    const poll_settings poll;
    EXPECT_EQ(read.poll.interval, 30s);
    EXPECT_EQ(read.poll.interval, poll.interval);
    EXPECT_EQ(read.poll.large_interval, poll.large_interval);
    EXPECT_EQ(read.poll.audit_interval, poll.audit_interval);
    EXPECT_EQ(read.poll.concurrency, poll.concurrency);
    EXPECT_EQ(read.poll.requests_per_second, poll.requests_per_second);
    EXPECT_EQ(read.poll.rate_limit_reserve, poll.rate_limit_reserve);
    EXPECT_EQ(read.poll.timeout, poll.timeout);
    EXPECT_EQ(read.poll.stale_after, poll.stale_after);
    EXPECT_EQ(read.web.listen_address, "127.0.0.1:10979");
    EXPECT_EQ(read.web.config_file, "");
    EXPECT_FALSE(read.web.enable_lifecycle);
    EXPECT_EQ(read.metrics.per_resource, resource_series::full);
    EXPECT_EQ(read.control_socket, "/run/trunkwarden/control.sock");
    EXPECT_EQ(read.state_file, "/var/lib/trunkwarden/state.db");
    EXPECT_FALSE(read.database.is_set());
    EXPECT_EQ(read.database, database_settings{});
    EXPECT_EQ(read.alerts.reminder_interval, 4h);
    EXPECT_TRUE(read.alerts.sinks.empty());
    EXPECT_FALSE(read.alerts.heartbeat);
    const quarantine_settings quarantine;
    EXPECT_EQ(read.quarantine.mode, quarantine_mode::dry_run);
    EXPECT_EQ(read.quarantine.mode, quarantine.mode);
    EXPECT_TRUE(read.quarantine.rules.empty());
    EXPECT_EQ(read.quarantine.allow_irreversible, quarantine.allow_irreversible);
    EXPECT_EQ(read.quarantine.max_actions_per_cycle, quarantine.max_actions_per_cycle);
    EXPECT_EQ(read.quarantine.max_actions_per_hour, quarantine.max_actions_per_hour);
    EXPECT_EQ(read.quarantine.max_fraction, quarantine.max_fraction);
    EXPECT_EQ(read.quarantine.warmup_cycles, quarantine.warmup_cycles);
    EXPECT_EQ(read.links.external_url, "");
    EXPECT_EQ(read.links.runbook_base_url, "file:///usr/share/doc/trunkwarden");
    const auto& account = read.accounts.at(0);
    EXPECT_EQ(account.api_url, "https://api.telnyx.com/v2");
    EXPECT_EQ(account.baseline_public_key, "");
    EXPECT_EQ(account.ca_file, "");
    EXPECT_TRUE(account.accepted_blind_spots.empty());
    EXPECT_EQ(account.api_keys.path, "");
    EXPECT_EQ(account.api_keys.id, "id");
    EXPECT_EQ(account.api_keys.label, "name");
    EXPECT_EQ(account.api_keys.own_key_id, "");
    EXPECT_EQ(account.api_keys.dormant_after, std::chrono::hours(24 * 30));
    EXPECT_FALSE(account.probe);
}

TEST(SettingsFile, ReadsWhereLinksLead)
{
    const auto read = good(
        "external_url: http://10.0.0.1:10979/tw/\n"
        "runbook_base_url: https://wiki.example.com/trunkwarden\n");
    EXPECT_EQ(read.links.external_url, "http://10.0.0.1:10979/tw/");
    EXPECT_EQ(read.links.runbook_base_url, "https://wiki.example.com/trunkwarden");
}

TEST(SettingsFile, ReadsWhereMailsGo)
{
    const auto read = good(
        "alerts: {sinks: [{name: m, type: email, smarthost: 'mail.example.com:587', "
        "from: t@example.com, to: 'a@example.com, b@example.com', auth_username: t, "
        "auth_password_file: pw}]}\n");
    ASSERT_EQ(read.alerts.sinks.size(), 1U);
    const auto& mail = read.alerts.sinks[0].mail;
    EXPECT_EQ(mail.smarthost, "mail.example.com:587");
    EXPECT_EQ(mail.from, "t@example.com");
    EXPECT_EQ(mail.to, "a@example.com, b@example.com");
    EXPECT_EQ(mail.auth_password_file, "/etc/tw/pw");
    EXPECT_TRUE(mail.require_tls);
}

TEST(SettingsFile, ReadsTheHeartbeat)
{
    const auto read = good(
        "alerts: {heartbeat: {url_file: beat, authorization: {type: GenieKey, "
        "credentials_file: key}, proxy_url: http://proxy.example:3128}}\n");
    ASSERT_TRUE(read.alerts.heartbeat);
    EXPECT_EQ(read.alerts.heartbeat->url_file, "/etc/tw/beat");
    EXPECT_EQ(read.alerts.heartbeat->interval, 1min);
    EXPECT_EQ(read.alerts.heartbeat->authorization->type, "GenieKey");
    EXPECT_EQ(read.alerts.heartbeat->connection.proxy_url, "http://proxy.example:3128");
}

TEST(SettingsFile, ReadsTheExampleOfTheDocumentation)
{
    const auto [value, problems, names_socket] = read(contract_example);
    ASSERT_TRUE(problems.empty()) << to_string(problems.front());
    EXPECT_EQ(value.file, "/etc/tw/s.yml");
    ASSERT_EQ(value.accounts.size(), 1U);
    EXPECT_EQ(value.accounts[0].name, "production");
    EXPECT_EQ(value.accounts[0].api_key.file, "/path");
    EXPECT_EQ(value.accounts[0].baseline_file, "/etc/tw/baseline.yml");
    expect_defaults(value);
}

TEST(SettingsFile, HasADefaultForEveryKeyButThoseOfAnAccount)
{
    expect_defaults(good(""));
    expect_defaults(good("poll:\nweb: {}\nalerts: ~\nquarantine:\n  rules:\n"));
}

TEST(SettingsFile, ReadsEveryKeyOfAnAccount)
{
    const auto [value, problems, names_socket] = read(R"(
accounts:
  - name: eu-1_x
    api_key_credential: telnyx.key
    baseline_file: ../baselines/eu.yml
    baseline_public_key: RWSLtb6vJmteay5TUaltG9G7SevXc3Q2VN6Pe9m9qEa9OSidZl8uzVTz
    api_url: https://api.telnyx.eu/v2//
    ca_file: ca.pem
    accepted_blind_spots: [api_keys, ips, ips]
    api_keys: {path: /v2/keys, id: key_id, label: tag, own_key_id: "17"}
    two_factor_probe: {url: "https://intra.example.com/2fa?org=1", pointer: /data/0/a~1b, expected: "yes"}
)");
    ASSERT_TRUE(problems.empty()) << to_string(problems.front());
    const auto& account = value.accounts.at(0);
    EXPECT_EQ(account.name, "eu-1_x");
    EXPECT_EQ(account.api_key.credential, "telnyx.key");
    EXPECT_EQ(account.baseline_file, "/etc/baselines/eu.yml");
    EXPECT_EQ(account.baseline_public_key, "RWSLtb6vJmteay5TUaltG9G7SevXc3Q2VN6Pe9m9qEa9OSidZl8uzVTz");
    EXPECT_EQ(account.api_url, "https://api.telnyx.eu/v2");
    EXPECT_EQ(account.ca_file, "/etc/tw/ca.pem");
    EXPECT_EQ(account.accepted_blind_spots, (strings{"api_keys", "ips"}));
    EXPECT_EQ(account.api_keys.path, "/v2/keys");
    EXPECT_EQ(account.api_keys.own_key_id, "17");
    ASSERT_TRUE(account.probe);
    EXPECT_EQ(account.probe->url, "https://intra.example.com/2fa?org=1");
    EXPECT_EQ(account.probe->pointer, "/data/0/a~1b");
    EXPECT_EQ(account.probe->expected, "yes");
}

TEST(SettingsFile, TakesAPublicKeyThatHoldsTheLettersOfAnApiKey)
{
    const std::string key = "RWQKEYabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMN";
    const auto [value, problems, names_socket] =
        read("accounts: [{name: a, api_key_env: K, baseline_file: b, baseline_public_key: " + key + "}]\n");
    ASSERT_TRUE(problems.empty()) << to_string(problems.front());
    EXPECT_EQ(value.accounts.at(0).baseline_public_key, key);
}

TEST(SettingsFile, ReadsEveryOtherKey)
{
    const auto read = good(R"(
poll: {interval: 500ms, large_interval: 1h, audit_interval: 0s, concurrency: 64, requests_per_second: 0.5,
       rate_limit_reserve: 0.95, timeout: 2s, stale_after: 7d}
web: {listen_address: "", config_file: web.yml, allowed_hosts: [a.example, b], enable_lifecycle: true}
control_socket: run/c.sock
state_file: state.db
database: {connection_file: database.conf, password_credential: database, schema: guard, timeout: 2s}
alerts: {reminder_interval: 0s, group_by: incident,
         sinks: [{name: page, type: pagerduty, routing_key_file: key}]}
quarantine: {mode: auto, allow_irreversible: true, max_actions_per_cycle: 0, max_actions_per_hour: 1,
             max_fraction: 1, warmup_cycles: 0,
             rules: [{resource: ips, kind: unknown, account: a, mode: approve}, {mode: off}]}
)");
    EXPECT_EQ(read.poll.interval, 500ms);
    EXPECT_EQ(read.poll.large_interval, 1h);
    EXPECT_EQ(read.poll.audit_interval, 0s);
    EXPECT_EQ(read.poll.concurrency, 64U);
    EXPECT_EQ(read.poll.requests_per_second, 0.5);
    EXPECT_EQ(read.poll.rate_limit_reserve, 0.95);
    EXPECT_EQ(read.poll.timeout, 2s);
    EXPECT_EQ(read.poll.stale_after, 168h);
    EXPECT_EQ(read.web.listen_address, "");
    EXPECT_EQ(read.web.config_file, "/etc/tw/web.yml");
    EXPECT_EQ(read.web.allowed_hosts, (std::vector<std::string>{"a.example", "b"}));
    EXPECT_TRUE(read.web.enable_lifecycle);
    EXPECT_EQ(read.control_socket, "/etc/tw/run/c.sock");
    EXPECT_EQ(read.state_file, "/etc/tw/state.db");
    EXPECT_TRUE(read.database.is_set());
    EXPECT_EQ(read.database.connection_file, "/etc/tw/database.conf");
    EXPECT_EQ(read.database.password_credential, "database");
    EXPECT_EQ(read.database.schema, "guard");
    EXPECT_EQ(read.database.timeout, 2s);
    EXPECT_EQ(read.alerts.reminder_interval, 0s);
    ASSERT_EQ(read.alerts.sinks.size(), 1U);
    EXPECT_EQ(read.alerts.sinks[0].group_by, message_group::incident);
    EXPECT_EQ(read.quarantine.mode, quarantine_mode::automatic);
    EXPECT_TRUE(read.quarantine.allow_irreversible);
    EXPECT_EQ(read.quarantine.max_actions_per_cycle, 0U);
    EXPECT_EQ(read.quarantine.max_actions_per_hour, 1U);
    EXPECT_EQ(read.quarantine.max_fraction, 1.0);
    EXPECT_EQ(read.quarantine.warmup_cycles, 0U);
    ASSERT_EQ(read.quarantine.rules.size(), 2U);
    EXPECT_EQ(read.quarantine.rules[0].resource, "ips");
    EXPECT_EQ(read.quarantine.rules[0].kind, deviation_kind::unknown);
    EXPECT_EQ(read.quarantine.rules[0].account, "a");
    EXPECT_EQ(read.quarantine.rules[0].mode, quarantine_mode::approve);
    EXPECT_EQ(read.quarantine.rules[1].resource, "");
    EXPECT_EQ(read.quarantine.rules[1].mode, quarantine_mode::off);
}

TEST(SettingsFile, ReadsEveryKindOfSink)
{
    const auto sinks = good(R"(
alerts:
  sinks:
    - {name: am, type: alertmanager, url: "http://127.0.0.1:9093", resend_interval: 2m}
    - {name: soc, type: webhook, url: "https://soc.example.com/hook", secret_file: hook, min_severity: high}
    - {name: chat, type: slack, url_file: /path}
    - {name: page, type: pagerduty, routing_key_file: /path, min_severity: critical}
)")
                           .alerts.sinks;
    ASSERT_EQ(sinks.size(), 4U);
    EXPECT_EQ(sinks[0].name, "am");
    EXPECT_EQ(sinks[0].type, sink_type::alertmanager);
    EXPECT_EQ(sinks[0].url, "http://127.0.0.1:9093");
    EXPECT_EQ(sinks[0].resend_interval, 2min);
    EXPECT_EQ(sinks[0].min_severity, severity::info);
    EXPECT_EQ(sinks[1].secret_file, "/etc/tw/hook");
    EXPECT_EQ(sinks[1].min_severity, severity::high);
    EXPECT_EQ(sinks[2].url_file, "/path");
    EXPECT_EQ(sinks[2].resend_interval, 1min);
    EXPECT_EQ(sinks[3].routing_key_file, "/path");
}

TEST(SettingsFile, AllowsPlainHttpToThisHostOnly)
{
    for (const std::string url : {"http://127.0.0.1:8080/v2", "http://localhost:1/v2", "http://[::1]:8080/v2",
                                  "http://127.9.9.9", "https://api.telnyx.eu/v2"})
        EXPECT_EQ(read("accounts: [{name: a, api_key_env: K, baseline_file: b, api_url: '" + url + "'}]\n")
                      .problems.size(),
                  0U)
            << url;
}

TEST(SettingsFile, SaysWhichFileCannotBeRead)
{
    const auto reading = read_settings_file("/nonexistent/s.yml", resources);
    ASSERT_EQ(reading.problems.size(), 1U);
    EXPECT_EQ(to_string(reading.problems[0]),
              "/nonexistent/s.yml: cannot read /nonexistent/s.yml: No such file or directory");
}

TEST(SettingsFile, ReadsTheWayToTheApi)
{
    const auto read_account = [](const std::string& keys) {
        auto reading = read("accounts: [{name: a, api_key_env: K, baseline_file: b.yml, " + keys + "}]\n");
        for (const auto& found : reading.problems)
            ADD_FAILURE() << to_string(found);
        return reading.value.accounts.at(0);
    };
    const auto through = read_account(
        "managed_account_id: 4711-ab, proxy_url: 'http://p.example:3128', http_headers_file: h.yml, tls_config: "
        "{ca_file: ca.pem, cert_file: c.pem, key_file: c.key}");
    EXPECT_EQ(through.managed_account_id, "4711-ab");
    EXPECT_EQ(through.ca_file, "/etc/tw/ca.pem");
    EXPECT_EQ(
        through.connection,
        (connection_settings{
            {"", "/etc/tw/c.pem", "/etc/tw/c.key"}, "http://p.example:3128", "", false, "/etc/tw/h.yml"}));
    EXPECT_EQ(read_account("proxy_url_file: p").connection.proxy_url_file, "/etc/tw/p");
    EXPECT_TRUE(read_account("proxy_from_environment: true").connection.proxy_from_environment);
    EXPECT_EQ(read_account("ca_file: ca.pem, tls_config: {}").ca_file, "/etc/tw/ca.pem");
    EXPECT_EQ(
        read_account("proxy_from_environment: false, proxy_url: 'http://p.example'").connection.proxy_url,
        "http://p.example");
}

TEST(SettingsFile, ReadsTheDoorOfASink)
{
    const auto sinks =
        good(
            "alerts:\n  sinks:\n"
            "    - {name: am, type: alertmanager, url: 'https://am/', tls_config: {ca_file: ca.pem},\n"
            "       basic_auth: {username: u, password_file: p}}\n"
            "    - {name: soc, type: webhook, url: 'https://soc/', proxy_url_file: proxy,\n"
            "       authorization: {credentials_file: t}}\n"
            "    - {name: hub, type: slack, url_file: u, authorization: {type: GenieKey, "
            "credentials_file: t}}\n")
            .alerts.sinks;
    ASSERT_EQ(sinks.size(), 3U);
    EXPECT_EQ(sinks[0].connection.tls_config.ca_file, "/etc/tw/ca.pem");
    EXPECT_EQ(sinks[0].basic_auth, (basic_auth_settings{"u", "/etc/tw/p"}));
    EXPECT_FALSE(sinks[0].authorization);
    EXPECT_EQ(sinks[1].connection.proxy_url_file, "/etc/tw/proxy");
    EXPECT_EQ(sinks[1].authorization, (authorization_settings{"Bearer", "/etc/tw/t"}));
    EXPECT_FALSE(sinks[1].basic_auth);
    EXPECT_EQ(sinks[2].authorization, (authorization_settings{"GenieKey", "/etc/tw/t"}));
}

}  // namespace
}  // namespace trunkwarden
