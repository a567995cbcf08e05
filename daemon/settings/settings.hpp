#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/deviation_kind.hpp"
#include "catalogue/extra_resource.hpp"
#include "catalogue/severity.hpp"
#include "catalogue/watched_types.hpp"
#include "settings/connection_settings.hpp"
#include "support/enum_names.hpp"

// The settings, as plain values with their defaults. Reading them: settings_file.hpp.

namespace trunkwarden {

using duration = std::chrono::milliseconds;

// Where an account's API key comes from; exactly one is set. The key itself is read by load_api_key() when it
// is used.
struct key_source {
    std::filesystem::path file;
    std::string credential;   // the name of a systemd credential
    std::string environment;  // the name of a variable
    std::filesystem::path credential_folder =
        {};  // where its file is, for commands that systemd did not start
    friend bool operator==(const key_source&, const key_source&) = default;
};

// The API's lists of keys are documented only in part, so their shape is data (docs/telnyx-api.md).
struct api_keys_shape {
    std::string path;  // "": that of Telnyx IAM, or the undocumented one where IAM cannot be read
    std::string id = "id";
    std::string label = "name";
    std::string own_key_id;
    duration dormant_after = std::chrono::hours(24 * 30);  // a use after so long without one is a finding
    friend bool operator==(const api_keys_shape&, const api_keys_shape&) = default;
};

struct two_factor_probe {
    std::string url;
    std::string pointer;  // RFC 6901
    std::string expected;
    friend bool operator==(const two_factor_probe&, const two_factor_probe&) = default;
};

struct account_settings {
    std::string name;
    std::filesystem::path file;  // the settings file that it is in
    key_source api_key;
    std::filesystem::path baseline_file;
    std::string baseline_public_key;  // of minisign, in base64; "": the baseline need not be signed
    std::string api_url = "https://api.telnyx.com/v2";
    std::filesystem::path ca_file;
    std::vector<std::string> accepted_blind_spots;
    api_keys_shape api_keys;
    std::optional<two_factor_probe> probe;
    std::string managed_account_id;  // the account below that of the key that is watched; "": the key's own
    connection_settings connection;  // to the API; its tls_config has no ca_file, the account has
    watched_types types;             // those of the settings that it is part of
    friend bool operator==(const account_settings&, const account_settings&) = default;
};

// Whether the account's settings accept that the resource cannot be seen.
inline bool accepts_not_to_see(const account_settings& account, std::string_view resource)
{
    return std::ranges::find(account.accepted_blind_spots, resource) != account.accepted_blind_spots.end();
}

struct poll_settings {
    duration interval = std::chrono::seconds(30);
    duration large_interval = std::chrono::minutes(5);
    duration audit_interval = std::chrono::seconds(10);
    duration usage_interval = std::chrono::seconds(60);
    unsigned concurrency = 4;
    double requests_per_second = 10;
    double rate_limit_reserve = 0.5;
    duration timeout = std::chrono::seconds(10);
    duration stale_after = std::chrono::minutes(3);
    friend bool operator==(const poll_settings&, const poll_settings&) = default;
};

struct web_settings {
    std::string listen_address = "127.0.0.1:10979";
    std::filesystem::path config_file;
    std::vector<std::string> allowed_hosts;  // names the server is asked by, beside its own and addresses
    bool enable_lifecycle = false;
    friend bool operator==(const web_settings&, const web_settings&) = default;
};

// Which of the series that every resource of every account has are exported.
enum class resource_series : std::uint8_t {
    full,
    compact  // those of resources that were read completely and have no findings are left out
};

template <>
inline constexpr auto names_of<resource_series> = word_table<resource_series>("full", "compact");

struct metrics_settings {
    resource_series per_resource = resource_series::full;
    friend bool operator==(const metrics_settings&, const metrics_settings&) = default;
};

enum class sink_type : std::uint8_t { alertmanager, webhook, slack, pagerduty, email };

template <>
inline constexpr auto names_of<sink_type> = word_table<sink_type>("alertmanager", "webhook", "slack",
                                                                  "pagerduty", "email");

// The form of a webhook's messages.
enum class message_format : std::uint8_t {
    trunkwarden,  // docs/operations/alerts.md
    ocsf          // Open Cybersecurity Schema Framework, which SIEMs read
};

template <>
inline constexpr auto names_of<message_format> = word_table<message_format>("trunkwarden", "ocsf");

// The messages for people that are one message.
enum class message_group : std::uint8_t {
    finding,   // each one alone
    incident,  // those of one incident
};

template <>
inline constexpr auto names_of<message_group> = word_table<message_group>("finding", "incident");

// For an email sink, with the names of Alertmanager.
struct mail_settings {
    std::string smarthost;  // HOST:PORT
    std::string from;
    std::string to;             // addresses with commas between them
    std::string auth_username;  // "": no login
    std::filesystem::path auth_password_file;
    bool require_tls = true;  // false: in clear
    friend bool operator==(const mail_settings&, const mail_settings&) = default;
};

struct sink_settings {
    std::string name;
    sink_type type{};
    std::string url;
    std::filesystem::path url_file;
    message_format format = message_format::trunkwarden;
    std::filesystem::path secret_file;
    std::filesystem::path routing_key_file;
    severity min_severity = severity::info;
    message_group group_by = message_group::finding;  // that of alert_settings
    duration resend_interval = std::chrono::minutes(1);
    mail_settings mail;
    connection_settings connection;
    std::optional<basic_auth_settings> basic_auth;  // or authorization, or neither
    std::optional<authorization_settings> authorization;
    friend bool operator==(const sink_settings&, const sink_settings&) = default;
};

// Where to say, as long as the watch sees, that it does.
struct heartbeat_settings {
    std::filesystem::path url_file;
    duration interval = std::chrono::minutes(1);
    connection_settings connection;
    std::optional<authorization_settings> authorization;
    friend bool operator==(const heartbeat_settings&, const heartbeat_settings&) = default;
};

struct alert_settings {
    duration reminder_interval = std::chrono::hours(4);
    message_group group_by = message_group::finding;
    std::vector<sink_settings> sinks;
    std::optional<heartbeat_settings> heartbeat;
    friend bool operator==(const alert_settings&, const alert_settings&) = default;
};

enum class quarantine_mode : std::uint8_t {
    off,
    dry_run,    // plans only
    approve,    // a person approves each action
    automatic,  // acts at once
};

template <>
inline constexpr auto names_of<quarantine_mode> = word_table<quarantine_mode>("off", "dry_run", "approve",
                                                                              "auto");

// An empty member matches everything.
struct quarantine_rule {
    std::string resource;
    std::optional<deviation_kind> kind;
    std::string account;
    quarantine_mode mode{};
    friend bool operator==(const quarantine_rule&, const quarantine_rule&) = default;
};

struct quarantine_settings {
    quarantine_mode mode = quarantine_mode::dry_run;
    std::vector<quarantine_rule> rules;
    bool allow_irreversible = false;
    unsigned max_actions_per_cycle = 5;
    unsigned max_actions_per_hour = 20;
    double max_fraction = 0.25;
    unsigned warmup_cycles = 2;
    friend bool operator==(const quarantine_settings&, const quarantine_settings&) = default;
};

// Where links in messages, JSON and pages lead.
struct link_settings {
    std::string external_url;  // under which people reach the status page; "": no links to it
    std::string runbook_base_url = "file:///usr/share/doc/trunkwarden";  // the folder of detections.md
    friend bool operator==(const link_settings&, const link_settings&) = default;
};

// The database that keeps the state in place of the state file.
struct database_settings {
    std::filesystem::path connection_file;  // libpq's keywords; "": there is no database
    std::filesystem::path password_file;
    std::string password_credential;
    std::string schema = "trunkwarden";
    std::chrono::milliseconds timeout = std::chrono::seconds(5);  // without an answer
    bool is_set() const { return !connection_file.empty(); }
    friend bool operator==(const database_settings&, const database_settings&) = default;
};

struct settings {
    std::filesystem::path file;
    std::vector<account_settings> accounts;            // those of accounts_dir, too
    std::filesystem::path accounts_dir;                // "": none
    std::vector<std::filesystem::path> account_files;  // of accounts_dir, readable or not
    std::vector<extra_resource> extra_resources;       // of every account
    watched_types types;                               // with them
    poll_settings poll;
    web_settings web;
    metrics_settings metrics;
    std::filesystem::path control_socket = "/run/trunkwarden/control.sock";
    std::filesystem::path state_file = "/var/lib/trunkwarden/state.db";
    database_settings database;
    alert_settings alerts;
    quarantine_settings quarantine;
    link_settings links;
    friend bool operator==(const settings&, const settings&) = default;
};

}  // namespace trunkwarden
