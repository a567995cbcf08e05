#include <gtest/gtest.h>

#include <array>
#include <fmt/format.h>
#include <ostream>
#include <string>
#include <vector>

#include "settings/sample_resources.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

using strings = std::vector<std::string>;

using examples::resources;

strings problems_of(const std::string& text)
{
    strings sentences;
    for (const auto& found : parse_settings(text, "s.yml", resources).problems)
        sentences.push_back(to_string(found).substr(std::string_view("s.yml:").size()));
    return sentences;
}

struct bad_settings {
    std::string text;
    std::string problem;
};

void PrintTo(const bad_settings& bad, std::ostream* out)
{
    *out << bad.text;
}

// Valid settings in one line, so that added text begins on line 2.
bad_settings also(const std::string& more, const std::string& problem)
{
    return {"accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n" + more + "\n", problem};
}

// A valid account on line 1, with something more on line 2.
bad_settings account(const std::string& more, const std::string& problem)
{
    return {"accounts: [{name: a, api_key_env: K, baseline_file: b.yml,\n" + more + "}]\n", problem};
}

class SettingsFileRefuses : public testing::TestWithParam<bad_settings> {};

TEST_P(SettingsFileRefuses, WithThePlaceAndASentence)
{
    EXPECT_EQ(problems_of(GetParam().text), strings{GetParam().problem});
}

INSTANTIATE_TEST_SUITE_P(
    TopLevel, SettingsFileRefuses,
    testing::Values(
        bad_settings{
            "",
            "1:1: no account is set: \"trunkwarden init\" sets up the first, or write one under accounts"},
        bad_settings{
            "# nothing\n",
            "1:1: no account is set: \"trunkwarden init\" sets up the first, or write one under accounts"},
        bad_settings{
            "---\n",
            "1:1: no account is set: \"trunkwarden init\" sets up the first, or write one under accounts"},
        bad_settings{"- a\n", "1:1: the file must be a map of keys"},
        bad_settings{"poll: {}\n",
                     "1:1: the settings need at least one account under accounts, or accounts_dir"},
        bad_settings{"accounts: []\n",
                     "1:1: the settings need at least one account under accounts, or accounts_dir"},
        bad_settings{"accounts: {a: {}}\n", "1:11: accounts must be a list"},
        also("pol: {}", "2:1: unknown key \"pol\"; did you mean \"poll\"?"),
        also("poll: 5s", "2:7: poll must be a map of keys"),
        also("poll: {intervall: 5s}", "2:8: unknown key \"intervall\"; did you mean \"interval\"?"),
        also("web: {listen: x}",
             "2:7: unknown key \"listen\"; known here: listen_address, config_file, "
             "allowed_hosts, enable_lifecycle"),
        also("metrics: {per_resource: none}",
             "2:25: per_resource cannot be \"none\"; known here: full, compact"),
        also("control_socket: ''",
             "2:17: control_socket cannot be empty: ack, quarantine and reload need it"),
        also("control_socket: /" + std::string(107, 'x'),
             "2:17: control_socket is longer than the 107 bytes a Unix socket's path may have"),
        also("state_file: ''", "2:13: state_file cannot be empty: findings are kept there"),
        also("database: {schema: guard}", "2:11: database needs connection_file: a file of libpq's keywords"),
        also("database: {connection_file: db.conf, schema: Guard}",
             "2:46: schema must be small letters, digits and _, not \"Guard\""),
        also("external_url: guard.example.com", "2:15: external_url must be a URL such as https://host/path"),
        also("external_url: \"ftp://guard.example.com\"", "2:15: external_url must begin with https://"),
        also("external_url: \"https://me:secret@guard.example.com\"",
             "2:15: external_url must not hold a user name or password"),
        also("external_url: \"https://guard.example.com/?a=b\"", "2:15: external_url must end before the ?"),
        also("runbook_base_url: \"https://wiki.example.com/detections.md#ips\"",
             "2:19: runbook_base_url must end before the #"),
        also("runbook_base_url: \"file:///srv/runbooks\"",
             "2:19: runbook_base_url must be a URL such as https://host/path"),
        also("runbook_base_url: ''", "2:19: runbook_base_url must be a URL such as https://host/path"),
        also("state_file: [a]", "2:13: state_file must be a single value"),
        also("state_file: \"a\\0b\"", "2:13: state_file must be one line without control characters")));

INSTANTIATE_TEST_SUITE_P(
    Ranges, SettingsFileRefuses,
    testing::Values(
        also("poll: {interval: 30}",
             "2:18: interval must be a duration such as 500ms, 10s, 5m, 12h or 7d, not \"30\""),
        also("poll: {interval: 0s}", "2:18: interval must be longer than 0s"),
        also("poll: {timeout: 0ms}", "2:17: timeout must be longer than 0s"),
        also("poll: {stale_after: -3m}",
             "2:21: stale_after must be a duration such as 500ms, 10s, 5m, 12h or 7d, not \"-3m\""),
        also("poll: {interval: [5s]}", "2:18: interval must be a single value"),
        also("poll: {concurrency: 0}", "2:21: concurrency must be a whole number from 1 to 64, not \"0\""),
        also("poll: {concurrency: 65}", "2:21: concurrency must be a whole number from 1 to 64, not \"65\""),
        also("poll: {concurrency: -1}", "2:21: concurrency must be a whole number from 1 to 64, not \"-1\""),
        also("poll: {concurrency: 4.5}",
             "2:21: concurrency must be a whole number from 1 to 64, not \"4.5\""),
        also("poll: {concurrency: 4294967297}",
             "2:21: concurrency must be a whole number from 1 to 64, not \"4294967297\""),
        also("poll: {requests_per_second: 0}",
             "2:29: requests_per_second must be a number from 0.01 to 10000, not \"0\""),
        also("poll: {requests_per_second: nan}",
             "2:29: requests_per_second must be a number from 0.01 to 10000, not \"nan\""),
        also("poll: {rate_limit_reserve: 1}",
             "2:28: rate_limit_reserve must be a number from 0 to 0.95, not \"1\""),
        also("poll: {rate_limit_reserve: -0.1}",
             "2:28: rate_limit_reserve must be a number from 0 to 0.95, not \"-0.1\""),
        also("web: {enable_lifecycle: yes}", "2:25: enable_lifecycle must be true or false, not \"yes\""),
        also("web: {allowed_hosts: [\"a.example:80\"]}",
             "2:23: allowed_hosts must list host names such as monitor.example.com, without scheme, port or "
             "wildcard, not \"a.example:80\""),
        also("web: {allowed_hosts: [\"*.example.com\"]}",
             "2:23: allowed_hosts must list host names such as monitor.example.com, without scheme, port or "
             "wildcard, not \"*.example.com\""),
        also("web: {allowed_hosts: [a, {b: c}]}",
             "2:26: allowed_hosts must list host names such as monitor.example.com, without scheme, port or "
             "wildcard, not \"\""),
        also("web: {listen_address: localhost}",
             "2:23: web.listen_address \"localhost\" is not HOST:PORT, such as 127.0.0.1:10979, [::1]:10979 "
             "or :10979; "
             "\"\" switches the page off"),
        also("alerts: {heartbeat: {interval: 1m}}",
             "2:21: heartbeat needs url_file: a file of one line that holds the URL"),
        also("alerts: {heartbeat: {url_file: u, interval: 500ms}}", "2:45: interval must be 1s or longer"),
        also("alerts: {heartbeat: {intervall: 1m, url_file: u}}",
             "2:22: unknown key \"intervall\"; did you mean \"interval\"?"),
        also("quarantine: {max_fraction: 1.1}",
             "2:28: max_fraction must be a number from 0 to 1, not \"1.1\""),
        also("quarantine: {mode: aprove}", "2:20: mode cannot be \"aprove\"; did you mean \"approve\"?"),
        also("quarantine: {mode: on}",
             "2:20: mode cannot be \"on\"; known here: off, dry_run, approve, auto"),
        also("quarantine: {rules: [{resource: ip, mode: off}]}",
             "2:33: resource cannot be \"ip\"; did you mean \"ips\"?"),
        also("quarantine: {rules: [{kind: new, mode: off}]}",
             "2:29: kind cannot be \"new\"; known here: unknown, changed, missing, weakened, recreated, "
             "blind, expired, exceeded"),
        also("quarantine: {rules: [{account: b, mode: off}]}",
             "2:32: account cannot be \"b\"; did you mean \"a\"?"),
        also("quarantine: {rules: [{resource: ips}]}",
             "2:22: a rule needs mode: one of off, dry_run, approve, auto"),
        also("quarantine: {rules: [auto]}", "2:22: a rule must be a map of keys")));

INSTANTIATE_TEST_SUITE_P(
    Accounts, SettingsFileRefuses,
    testing::Values(
        bad_settings{"accounts: [a]\n", "1:12: an account must be a map of keys"},
        bad_settings{"accounts: [{api_key_env: K, baseline_file: b}]\n", "1:12: an account needs name"},
        bad_settings{"accounts: [{name: Prod, api_key_env: K, baseline_file: b}]\n",
                     "1:19: name must be small letters, digits, _ and - only, not \"Prod\""},
        bad_settings{
            "accounts: [{name: a, api_key_env: K, baseline_file: b}, {name: a, api_key_env: K, "
            "baseline_file: b}]\n",
            "1:64: the name \"a\" is taken already, in s.yml:1: give one of the two another name, or "
            "remove it"},
        bad_settings{"accounts: [{name: a, api_key_env: K}]\n", "1:12: the account needs baseline_file"},
        bad_settings{"accounts: [{name: a, api_key_env: K, baseline_file: ''}]\n",
                     "1:12: the account needs baseline_file"},
        bad_settings{"accounts: [{name: a, baseline_file: b}]\n",
                     "1:12: the account needs one of api_key_file, api_key_credential or api_key_env"},
        account("api_key_file: k",
                "1:12: the account has more than one of api_key_file, api_key_credential or api_key_env; "
                "keep one"),
        bad_settings{
            "accounts: [{name: a, api_key_credential: ../k, baseline_file: b}]\n",
            "1:42: api_key_credential must be the name of a systemd credential (letters, digits, . _ -)"},
        bad_settings{"accounts: [{name: a, api_key_env: a b, baseline_file: b}]\n",
                     "1:35: api_key_env must be the name of an environment variable, not its value"},
        account(
            "baseline_public_key: RWSL",
            "2:22: baseline_public_key must be the second line of minisign.pub: 56 letters, digits, + and "
            "/ that begin with RW"),
        account(
            "baseline_public_key: ''",
            "2:22: baseline_public_key must be the second line of minisign.pub: 56 letters, digits, + and "
            "/ that begin with RW"),
        account(
            "baseline_public_key: RWRTY0Iy" + std::string(204, 'A'),
            "2:22: baseline_public_key is a secret key: it belongs on the signer's machine only. Make a new "
            "pair with \"minisign -G\", and name the second line of minisign.pub"),
        account("baseline_public_key: [a]", "2:22: baseline_public_key must be a single value"),
        account("accepted_blind_spots: [api_key]",
                "2:24: \"api_key\" is not a resource; did you mean \"api_keys\"?"),
        account("accepted_blind_spots: api_keys", "2:23: accepted_blind_spots must be a list"),
        account("api_keys: {path: keys}",
                "2:11: path must be a path of the API that begins with /, such as /api_keys"),
        account("api_keys: {id: ''}", "2:11: id must name the field that holds a key's id"),
        account("api_keys: {own_key: x}",
                "2:12: unknown key \"own_key\"; known here: path, id, label, own_key_id, dormant_after"),
        account(
            "api_keys: {own_key_id: KEY0190A6C7D2E34F5A8B9C0D1E2F3A4B50_CANARYcanaryCANARYcan1}",
            "2:24: this looks like a whole API key, which is a secret; own_key_id takes the id of the key "
            "only: KEY and 32 hex digits, without what follows them. Replace this key: anyone who reads the file "
            "could use it"),
        account("api_keys: {dormant_after: 0s}", "2:27: dormant_after must be longer than 0s"),
        account("two_factor_probe: {url: 'https://x/'}", "2:19: two_factor_probe needs expected"),
        account("two_factor_probe: {url: 'https://x/', expected: y, pointer: data}",
                "2:61: pointer must be a JSON pointer such as /data/two_factor"),
        account("two_factor_probe: {url: 'https://x/', expected: y, pointer: /a~2}",
                "2:61: pointer must be a JSON pointer such as /data/two_factor"),
        account("two_factor_probe: {url: 'http://x/', expected: y}",
                "2:25: url must begin with https://; http:// is for this host only"),
        account("two_factor_probe: true", "2:19: two_factor_probe must be a map of keys")));

bad_settings api_url(const std::string& url, const std::string& problem)
{
    return account("api_url: '" + url + "'", "2:10: api_url " + problem);
}

INSTANTIATE_TEST_SUITE_P(
    ApiUrls, SettingsFileRefuses,
    testing::Values(
        api_url("", "must be a URL such as https://host/path"),
        api_url("api.telnyx.com/v2", "must be a URL such as https://host/path"),
        api_url("https:///v2", "must be a URL such as https://host/path"),
        api_url("https://api telnyx.com", "must be a URL such as https://host/path"),
        api_url("https://api.telnyx.com:99999/v2", "has a port that is none"),
        api_url("https://api.telnyx.com:0/v2", "has a port that is none"),
        api_url("ftp://api.telnyx.com/v2", "must begin with https://"),
        api_url("http://api.telnyx.com/v2", "must begin with https://; http:// is for this host only"),
        api_url("http://localhost.evil.test/v2", "must begin with https://; http:// is for this host only"),
        api_url("http://127.0.0.1.evil.test/", "must be a URL such as https://host/path"),
        api_url("https://10.0.0.1x/v2", "must be a URL such as https://host/path"),
        api_url("https://h%00.evil.test/", "must be a URL such as https://host/path"),
        api_url("https://user:pw@api.telnyx.com/v2", "must not hold a user name or password"),
        api_url("https://api.telnyx.com/v2?x=1", "must end before the ?"),
        api_url("https://api.telnyx.com/v2#x", "must end before the #")));

bad_settings sink(const std::string& keys, const std::string& problem)
{
    return also("alerts: {sinks: [{" + keys + "}]}", problem);
}

INSTANTIATE_TEST_SUITE_P(
    Sinks, SettingsFileRefuses,
    testing::Values(
        sink("type: slack, url_file: /p", "2:18: a sink needs name"),
        sink("name: s", "2:18: a sink needs type: one of alertmanager, webhook, slack, pagerduty, email"),
        sink("name: s, type: slak, url_file: /p", "2:34: type cannot be \"slak\"; did you mean \"slack\"?"),
        sink("name: s, type: slack", "2:18: slack sinks need url_file"),
        sink("name: s, type: slack, url_file: /p, url: 'https://hooks.slack.com/services/T0/B0/secret'",
             "2:60: slack sinks have no url: its URL is a secret; put it into a file and name that with "
             "url_file"),
        sink("name: s, type: webhook", "2:18: webhook sinks need one of url or url_file"),
        sink("name: s, type: webhook, url: 'https://x/', url_file: /p",
             "2:18: webhook sinks need only one of url or url_file"),
        sink("name: s, type: webhook, url: 'https://x/', resend_interval: 5m",
             "2:79: webhook sinks have no resend_interval"),
        sink("name: s, type: webhook, url: 'https://u:pw@x/'",
             "2:48: url must not hold a user name or password; a URL that is a secret goes into a file that "
             "url_file "
             "names"),
        sink("name: s, type: webhook, url: x",
             "2:48: url must be a URL such as https://host/path; a URL that is a secret goes into a file "
             "that url_file "
             "names"),
        sink("name: s, type: pagerduty", "2:18: pagerduty sinks need routing_key_file"),
        sink("name: s, type: alertmanager, url: 'http://am/', secret_file: /p",
             "2:80: alertmanager sinks have no secret_file"),
        sink("name: s, type: alertmanager, url: 'http://am/', resend_interval: 0s",
             "2:84: resend_interval must be longer than 0s"),
        sink("name: s, type: alertmanager, url: 'http://am/', min_severity: urgent",
             "2:81: min_severity cannot be \"urgent\"; known here: info, low, medium, high, critical"),
        sink("name: s, type: slack, url_file: /p}, {name: s, type: slack, url_file: /p",
             "2:63: the name \"s\" is taken already"),
        also("alerts: {sinks: [slack]}", "2:18: a sink must be a map of keys")));

bad_settings webhook(const std::string& keys, const std::string& problem)
{
    return {
        "accounts: [{name: a, api_key_env: K, baseline_file: b.yml}]\n"
        "alerts: {sinks: [{name: s, type: webhook, url: 'https://x/',\n" +
            keys + "}]}\n",
        problem};
}

INSTANTIATE_TEST_SUITE_P(
    Connections, SettingsFileRefuses,
    testing::Values(
        webhook(
            "proxy_url: 'https://p.example:3128'",
            "3:12: proxy_url must begin with http://: the proxy learns where to connect to, and everything that goes "
            "through it is TLS up to the other end; a proxy that is itself reached over TLS or SOCKS is "
            "not supported"),
        webhook("proxy_url: p.example", "3:12: proxy_url must be a URL such as http://proxy.example:3128"),
        webhook("proxy_url: 'http://p.example:99999'", "3:12: proxy_url has a port that is none"),
        webhook("proxy_url: 'http://p.example/x'", "3:12: proxy_url must end after the port"),
        webhook(
            "proxy_url: 'http://u:hunter2@p.example'",
            "3:12: proxy_url must not hold a user name or password; put the whole URL into a file of mode "
            "0640 and name that with proxy_url_file"),
        webhook("proxy_url: 'http://p.example',\nproxy_url_file: /p",
                "4:1: there is proxy_url in line 3 and proxy_url_file in line 4: keep one of the two"),
        webhook(
            "proxy_from_environment: true,\nproxy_url: 'http://p.example'",
            "4:1: there is proxy_url in line 4 and proxy_from_environment in line 3: keep one of the two"),
        webhook(
            "proxy_from_environment: true,\nproxy_url_file: /p",
            "4:1: there is proxy_url_file in line 4 and proxy_from_environment in line 3: keep one of the "
            "two"),
        webhook("proxy_from_environment: 'http://u:hunter2@p.example'",
                "3:25: proxy_from_environment must be true or false, not \"(secret)\""),
        webhook("tls_config: {cert_file: /c}", "3:14: cert_file needs key_file beside it"),
        webhook("tls_config: {key_file: /k}", "3:14: key_file needs cert_file beside it"),
        webhook("tls_config: {insecure_skip_verify: true}",
                "3:14: unknown key \"insecure_skip_verify\"; known here: ca_file, cert_file, key_file"),
        webhook("basic_auth: {password_file: /p}", "3:13: basic_auth needs username"),
        webhook("basic_auth: {username: u}",
                "3:13: basic_auth needs password_file: a file of one line that holds the password"),
        webhook("basic_auth: {username: 'u:hunter2', password_file: /p}",
                "3:24: username cannot hold a colon: it ends there (RFC 7617); the password goes into "
                "password_file"),
        webhook("basic_auth: {username: u, password_file: /p},\nauthorization: {credentials_file: /p}",
                "4:1: there is basic_auth in line 3 and authorization in line 4: keep one of the two"),
        webhook("authorization: {type: Bearer}",
                "3:16: authorization needs credentials_file: a file of one line that holds the token"),
        webhook("authorization: {type: Bearer hunter2, credentials_file: /p}",
                "3:17: type must be one word such as Bearer; the rest of the header goes into "
                "credentials_file"),
        webhook("authorization: {type: basic, credentials_file: /p}",
                "3:23: type cannot be Basic: write basic_auth with username and password_file"),
        webhook("authorization: Bearer hunter2", "3:16: authorization must be a map of keys"),
        sink("name: s, type: pagerduty, routing_key_file: /p, basic_auth: {username: u, password_file: /p}",
             "2:79: pagerduty sinks have no basic_auth"),
        sink("name: s, type: pagerduty, routing_key_file: /p, authorization: {credentials_file: /p}",
             "2:82: pagerduty sinks have no authorization"),
        account("authorization: {credentials_file: /p}", "2:1: unknown key \"authorization\""),
        account("ca_file: /c, tls_config: {ca_file: /d}",
                "2:14: there is ca_file in line 2 and another in tls_config in line 2: keep one of the two"),
        account("api_url: 'http://127.0.0.1/v2', proxy_url: 'http://p.example'",
                "2:33: an account whose api_url begins with http:// is on this host and has no proxy: the "
                "proxy would read the key"),
        account("managed_account_id: 'a b'",
                "2:21: managed_account_id must be the id of a managed account: letters, digits and - only")));

INSTANTIATE_TEST_SUITE_P(
    InlineSecrets, SettingsFileRefuses,
    testing::Values(
        webhook("basic_auth: {username: u, password: hunter2, password_file: /p}",
                "3:27: password would be a secret in the settings; put it into a file of mode 0640 "
                "and name that with password_file"),
        webhook("authorization: {credentials: hunter2, credentials_file: /p}",
                "3:17: credentials would be a secret in the settings; put it into a file of mode "
                "0640 and name that with credentials_file"),
        webhook("bearer_token: hunter2",
                "3:1: bearer_token would be a secret in the settings; put it into a file of mode "
                "0640 and name that with credentials_file, in authorization"),
        webhook("http_headers: {X-Token: {values: [hunter2]}}",
                "3:1: http_headers would be a secret in the settings; put it into a file of mode "
                "0640 and name that with http_headers_file"),
        account("api_key: hunter2",
                "2:1: api_key would be a secret in the settings; put it into a file of mode 0640 "
                "and name that with "
                "api_key_file"),
        sink("name: s, type: webhook, url: 'https://x/', secret: hunter2",
             "2:62: secret would be a secret in the settings; put it into a file of mode 0640 "
             "and name that with "
             "secret_file"),
        sink("name: s, type: pagerduty, routing_key_file: /p, routing_key: hunter2",
             "2:67: routing_key would be a secret in the settings; put it into a file of mode "
             "0640 and name that with "
             "routing_key_file"),
        account("ca_file: KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv",
                "2:10: this looks like an API key; settings hold no secrets: put it into a file "
                "of mode 0640 and name "
                "that with api_key_file")));

TEST(SettingsFileNeverRepeats, AnApiKeyWhereverItWasWritten)
{
    const std::string canary = "KEY0123456789ABCDEF0123456789ABCDEF_abcdefghijklmnopqrstuv";
    std::vector<std::string> places;
    for (const std::string key : {"name", "api_key", "api_key_file", "api_key_credential", "api_key_env",
                                  "baseline_file", "baseline_public_key", "api_url", "accepted_blind_spots",
                                  "api_keys", "two_factor_probe", "unknown"})
        for (const std::string value : {"X", "[X]", "{X: X}", "{path: X}", "'https://X@h/'", "\"X"})
            places.push_back(fmt::format("accounts: [{{{}: {}}}]\n", key, value));
    for (const std::string key : {"interval", "concurrency", "requests_per_second", "X"})
        places.push_back("poll: {" + key + ": X}\n");
    for (const std::string key : {"listen_address", "enable_lifecycle", "config_file", "allowed_hosts"})
        places.push_back("web: {" + key + ": X}\n");
    for (const std::string key : {"name", "type", "url", "min_severity", "secret", "token", "X"})
        places.push_back("alerts: {sinks: [{" + key + ": X}]}\n");
    for (const std::string text :
         {"X", "X: X", "- X", "quarantine: {mode: X, rules: [{kind: X}, X]}", "control_socket: [X]"})
        places.push_back(text + "\n");
    for (auto text : places) {
        for (auto at = text.find('X'); at != std::string::npos; at = text.find('X', at + canary.size()))
            text.replace(at, 1, canary);
        const auto problems = problems_of(text);
        EXPECT_FALSE(problems.empty()) << text;
        for (const auto& sentence : problems)
            EXPECT_EQ(sentence.find("0123456789"), std::string::npos) << sentence;
    }
}

TEST(SettingsFileNeverRepeats, WhatStandsUnderTheNameOfASecret)
{
    for (const std::string key : {"api_key", "apikey", "secret", "routing_key", "token"})
        for (const auto& sentence : problems_of("accounts: [{name: a, " + key + ": {hunter2: [hunter2]}}]\n"))
            EXPECT_EQ(sentence.find("hunter2"), std::string::npos) << sentence;
}

}  // namespace
}  // namespace trunkwarden
