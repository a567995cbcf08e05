#pragma once

#include <string_view>
#include <tuple>

#include "settings/connection_rules.hpp"
#include "settings/settings.hpp"
#include "settings/settings_rules.hpp"
#include "support/yaml/key_table.hpp"

// Every key of the settings file. A new one is one row here and a member in settings.hpp; the parser, the
// JSON Schema and the excerpt of a faulty line follow. A constraint that a row cannot express is a rule
// (settings_rules.hpp).

namespace trunkwarden {

inline constexpr std::string_view plain_name = "^[a-z0-9_-]+$";

inline constexpr std::tuple key_source_keys{
    key{"api_key_file", key_is::path{&key_source::file},
        "A file of one line that holds the API key; mode 0640 or less."},
    key{"api_key_credential", key_is::text{&key_source::credential, "^[A-Za-z0-9._-]*$"},
        "The systemd credential that holds the API key; telnyx_NAME is the file credentials/NAME of the "
        "unit."},
    key{"api_key_env", key_is::text{&key_source::environment, "^([A-Za-z_][A-Za-z0-9_]*)?$"},
        "The environment variable that holds the API key."}};

inline constexpr std::tuple api_keys_keys{
    key{"path", key_is::text{&api_keys_shape::path, "^(/[^ ?#]*)?$"},
        "Where the API lists its keys, below api_url; left out: /iam/api_keys, or /api_keys where that cannot "
        "be read."},
    key{"id", key_is::text{&api_keys_shape::id, "."}, "The field that names a key."},
    key{"label", key_is::text{&api_keys_shape::label}, "The field that people know a key by."},
    key{"own_key_id", key_is::text{&api_keys_shape::own_key_id},
        "The id of the key that trunkwarden uses, not the key: never contained. Left out: the one whose id the "
        "key begins with, if the list has it."},
    key{"dormant_after", key_is::duration{&api_keys_shape::dormant_after},
        "A key that nobody used for this long, and somebody uses then, is a finding."}};

inline constexpr std::tuple probe_keys{
    key{"url", key_is::text{&two_factor_probe::url, "^https?://"},
        "The URL to ask: https, or http on this host.", "two_factor_probe needs url"},
    key{"pointer", key_is::text{&two_factor_probe::pointer, "^(/([^~]|~[01])*)?$"},
        "A JSON pointer into the answer, such as /data/two_factor."},
    key{"expected", key_is::text{&two_factor_probe::expected},
        "The value there that shows two-factor authentication to be on.", "two_factor_probe needs expected"}};

inline constexpr std::tuple tls_config_keys{
    key{"ca_file", key_is::path{&tls_config_settings::ca_file},
        "A PEM file to trust beside the system's; certificates are always verified."},
    key{"cert_file", key_is::path{&tls_config_settings::cert_file},
        "The certificate to show to a server that asks for one: PEM, with what it was issued by below it."},
    key{"key_file", key_is::path{&tls_config_settings::key_file},
        "The private key of cert_file: PEM, without a passphrase; mode 0640 or less."}};

inline constexpr std::tuple connection_keys{
    key{"tls_config", key_is::map{&connection_settings::tls_config, tls_config_keys, check_tls_config},
        "The certificates to trust and to show."},
    key{"proxy_url", key_is::text{&connection_settings::proxy_url, "^(http://[^@]+)?$"},
        "The proxy to go through, as http://HOST:PORT; one with a password goes into a file that "
        "proxy_url_file names."},
    key{"proxy_url_file", key_is::path{&connection_settings::proxy_url_file},
        "A file of one line that holds the proxy's URL, with user name and password; mode 0640 or less."},
    key{"proxy_from_environment", key_is::flag{&connection_settings::proxy_from_environment},
        "Whether HTTPS_PROXY, HTTP_PROXY (for http:// URLs) and NO_PROXY say which proxy to go through."},
    key{"http_headers_file", key_is::path{&connection_settings::http_headers_file},
        "A YAML file of names and values: headers of every request; mode 0640 or less."}};

inline constexpr std::tuple basic_auth_keys{
    key{"username", key_is::text{&basic_auth_settings::username, "^[^:]*$"},
        "The name that the receiver knows.", "basic_auth needs username"},
    key{"password_file", key_is::path{&basic_auth_settings::password_file},
        "A file of one line that holds the password; mode 0640 or less.",
        "basic_auth needs password_file: a file of one line that holds the password"}};

inline constexpr std::tuple authorization_keys{
    key{"type", key_is::text{&authorization_settings::type, "^[A-Za-z0-9_-]+$"},
        "The first word of the Authorization header."},
    key{"credentials_file", key_is::path{&authorization_settings::credentials_file},
        "A file of one line that holds the token; mode 0640 or less.",
        "authorization needs credentials_file: a file of one line that holds the token"}};

inline constexpr std::tuple account_keys{
    key{"name", key_is::text{&account_settings::name, plain_name},
        "Small letters, digits, _ and -; a metric label and part of every finding's id.",
        "an account needs name"},
    part{&account_settings::api_key, key_source_keys},
    key{"baseline_file", key_is::path{&account_settings::baseline_file},
        "The baseline: everything that the account is trusted to hold.", "the account needs baseline_file"},
    key{"baseline_public_key", key_is::text{&account_settings::baseline_public_key, "^RW[A-Za-z0-9+/]{54}$"},
        "The minisign public key whose signature the baseline needs: the second line of minisign.pub."},
    key{"api_url", key_is::text{&account_settings::api_url, "^https?://[^?#]+$"},
        "Where the API is: https, or http on this host."},
    key{"ca_file", key_is::path{&account_settings::ca_file},
        "A PEM file to trust beside the system's; certificates are always verified."},
    key{"accepted_blind_spots", key_is::resources{&account_settings::accepted_blind_spots},
        "Resources that this key cannot read and that you accept not to see. Each is a hole."},
    key{"api_keys", key_is::map{&account_settings::api_keys, api_keys_keys, check_api_keys_shape},
        "Telnyx does not document all of its list of API keys, so its shape is a setting."},
    key{"two_factor_probe", key_is::optional_map{&account_settings::probe, probe_keys, check_probe},
        "Your own evidence for two-factor authentication."},
    key{"managed_account_id", key_is::text{&account_settings::managed_account_id, "^[A-Za-z0-9-]*$"},
        "The managed account to watch with the key of its manager: sent as X-Managed-Account-Id."},
    part{&account_settings::connection, connection_keys}};

inline constexpr std::tuple poll_keys{
    key{"interval", key_is::duration{&poll_settings::interval},
        "A list of at most ten pages is read at least this often."},
    key{"large_interval", key_is::duration{&poll_settings::large_interval},
        "A longer list is read this often."},
    key{"audit_interval", key_is::duration_or_zero{&poll_settings::audit_interval},
        "How often the audit log is asked what changed, and by whom; 0s: never."},
    key{"usage_interval", key_is::duration{&poll_settings::usage_interval},
        "How often balance, traffic, registrations and running calls are read; money spent meanwhile is "
        "known by its sum."},
    key{"concurrency", key_is::whole_number{&poll_settings::concurrency, 1, 64},
        "Requests in flight, for each account."},
    key{"requests_per_second", key_is::decimal{&poll_settings::requests_per_second, 0.01, 10000},
        "The ceiling for each account, even if the API allows more."},
    key{"rate_limit_reserve", key_is::decimal{&poll_settings::rate_limit_reserve, 0, 0.95},
        "The share of the allowance the API advertises that is left to your own traffic."},
    key{"timeout", key_is::duration{&poll_settings::timeout}, "For one request, name look-up included."},
    key{"stale_after", key_is::duration{&poll_settings::stale_after},
        "A resource not read completely for this long, or for twice its interval if that is longer, is a "
        "finding."}};

inline constexpr std::tuple web_keys{
    key{"listen_address", key_is::text{&web_settings::listen_address, "^(.*:[0-9]{1,5})?$"},
        "HOST:PORT, [IPV6]:PORT or :PORT for metrics and health; \"\" switches it off."},
    key{"config_file", key_is::path{&web_settings::config_file},
        "TLS and basic auth, as Prometheus' exporters take them."},
    key{"allowed_hosts",
        key_is::texts{
            &web_settings::allowed_hosts,
            "^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?([.][A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*[.]?$"},
        "Host names that clients without a password may ask for, beside localhost and that of "
        "listen_address."},
    key{"enable_lifecycle", key_is::flag{&web_settings::enable_lifecycle},
        "Whether POST /-/reload reloads over TCP."}};

inline constexpr std::tuple metrics_keys{
    key{"per_resource", key_is::one_of{&metrics_settings::per_resource},
        "compact leaves out the series of resources that are complete and without findings."}};

inline constexpr std::tuple mail_keys{
    key{"smarthost", key_is::text{&mail_settings::smarthost, "^(.+:[0-9]{1,5})?$"},
        "HOST:PORT of the mail server: 587, or 465 for TLS from the first byte."},
    key{"from", key_is::text{&mail_settings::from, "^([^@, ]+@[^@, ]+)?$"},
        "The address that mails come from."},
    key{"to", key_is::text{&mail_settings::to, "^([^@, ]+@[^@, ]+(, *[^@, ]+@[^@, ]+)*)?$"},
        "The addresses that mails go to, with commas between them."},
    key{"auth_username", key_is::text{&mail_settings::auth_username}, "The user name for the mail server."},
    key{"auth_password_file", key_is::path{&mail_settings::auth_password_file},
        "A file of one line that holds the password; mode 0640 or less."},
    key{"require_tls", key_is::flag{&mail_settings::require_tls},
        "Whether mails go over TLS only; false: in clear, for a mail server on this host."}};

inline constexpr std::tuple sink_keys{
    key{"name", key_is::text{&sink_settings::name, plain_name},
        "Small letters, digits, _ and -; a metric label.", "a sink needs name"},
    key{"type", key_is::one_of{&sink_settings::type}, "Which kind of receiver this is.",
        "a sink needs type: one of alertmanager, webhook, slack, pagerduty, email"},
    key{"min_severity", key_is::one_of{&sink_settings::min_severity}, "Findings below this are not sent."},
    key{"url", key_is::text{&sink_settings::url, "^(https?://[^#]+)?$"},
        "Where to send to; one that is a secret goes into a file that url_file names."},
    key{"url_file", key_is::path{&sink_settings::url_file}, "A file of one line that holds the URL."},
    key{"format", key_is::one_of{&sink_settings::format},
        "The form of a webhook's messages; ocsf: Detection Finding of the Open Cybersecurity Schema Framework."},
    key{"secret_file", key_is::path{&sink_settings::secret_file},
        "A file that holds the secret a webhook's signature is made with."},
    key{"routing_key_file", key_is::path{&sink_settings::routing_key_file},
        "A file that holds the PagerDuty routing key."},
    key{"resend_interval", key_is::duration{&sink_settings::resend_interval},
        "How often Alertmanager hears again of what is open."},
    part{&sink_settings::mail, mail_keys},
    part{&sink_settings::connection, connection_keys},
    key{"basic_auth", key_is::optional_map{&sink_settings::basic_auth, basic_auth_keys, check_basic_auth},
        "User name and password, for a receiver that asks for them."},
    key{"authorization",
        key_is::optional_map{&sink_settings::authorization, authorization_keys, check_authorization},
        "A token, for a receiver that asks for one."}};

inline constexpr std::tuple heartbeat_keys{
    key{"url_file", key_is::path{&heartbeat_settings::url_file},
        "A file of one line that holds the URL to GET; mode 0640 or less.",
        "heartbeat needs url_file: a file of one line that holds the URL"},
    key{"interval", key_is::duration{&heartbeat_settings::interval}, "How often, 1s or more."},
    part{&heartbeat_settings::connection, connection_keys},
    key{"authorization",
        key_is::optional_map{&heartbeat_settings::authorization, authorization_keys, check_authorization},
        "A token, for a receiver that asks for one."}};

inline constexpr std::tuple alert_keys{
    key{"reminder_interval", key_is::duration_or_zero{&alert_settings::reminder_interval},
        "An open finding that nobody acknowledged is sent again after this; 0s: never."},
    key{"group_by", key_is::one_of{&alert_settings::group_by},
        "finding: a message for each; incident: slack, pagerduty and email get one message for all findings of an "
        "incident that there is something to say about, and one for each that is critical."},
    key{"sinks", key_is::list_of{&alert_settings::sinks, "a sink", sink_keys, check_sink},
        "The receivers of alerts."},
    key{"heartbeat", key_is::optional_map{&alert_settings::heartbeat, heartbeat_keys, check_heartbeat},
        "A URL that is asked again and again as long as every account can be read: a service that waits for it "
        "notices when that stops."}};

inline constexpr std::string_view field_path = "^[A-Za-z_][A-Za-z0-9_-]*([.][A-Za-z_][A-Za-z0-9_-]*)*$";

inline constexpr std::tuple extra_field_keys{
    key{"name", key_is::text{&extra_field::name, field_path},
        "Where the value is in one object: a dotted path; baselines use the same name.",
        "a field needs name: where its value is in one object"},
    key{"kind", key_is::one_of{&extra_field::kind},
        "How it is compared; secret: by a keyed hash, and never shown."},
    key{"when_changed", key_is::one_of{&extra_field::when_changed}, "How severe a change is."}};

inline constexpr std::tuple extra_resource_keys{
    key{"name", key_is::text{&extra_resource::name, "^[a-z][a-z0-9_]{0,62}$"},
        "Small letters, digits and _: a key of baselines and a metric label.",
        "an extra resource needs name: the word for it in baselines and findings"},
    key{"path", key_is::text{&extra_resource::path, "^(/[A-Za-z0-9_-]+)+$"},
        "Where the API lists it, below api_url.",
        "an extra resource needs path: where the API lists it, below api_url"},
    key{"id", key_is::text{&extra_resource::id, field_path}, "The field that names an object."},
    key{"label", key_is::text{&extra_resource::label, field_path},
        "The field that people know an object by."},
    key{"paging", key_is::one_of{&extra_resource::pages},
        "numbered: page[number] and page[size]; unpaginated: all at once under data; bare_array: pages that are "
        "arrays; one_object: an object that is always there."},
    key{"when_unknown", key_is::one_of{&extra_resource::when_unknown},
        "How severe an object is that no entry of the baseline covers."},
    key{"fields", key_is::list_of{&extra_resource::fields, "a field", extra_field_keys, check_extra_field},
        "The fields that are compared.", "an extra resource needs fields: those that are compared"}};

inline constexpr std::tuple quarantine_rule_keys{
    key{"resource", key_is::resource{&quarantine_rule::resource}, "Which resource; left out: any."},
    key{"kind", key_is::one_of{&quarantine_rule::kind}, "Which kind of finding; left out: any."},
    key{"account", key_is::text{&quarantine_rule::account, plain_name}, "Which account; left out: any."},
    key{"mode", key_is::one_of{&quarantine_rule::mode}, "The mode for such findings.",
        "a rule needs mode: one of off, dry_run, approve, auto"}};

inline constexpr std::tuple quarantine_keys{
    key{"mode", key_is::one_of{&quarantine_settings::mode},
        "off: nothing; dry_run: plans only; approve: waits for a person; auto: acts at once."},
    key{"rules",
        key_is::list_of{&quarantine_settings::rules, "a rule", quarantine_rule_keys, check_quarantine_rule},
        "Modes for single resources, kinds and accounts; the first that matches counts."},
    key{"allow_irreversible", key_is::flag{&quarantine_settings::allow_irreversible},
        "Whether deletions may be automatic."},
    key{"max_actions_per_cycle", key_is::whole_number{&quarantine_settings::max_actions_per_cycle, 0, 10'000},
        "At most so many actions after one sweep."},
    key{"max_actions_per_hour", key_is::whole_number{&quarantine_settings::max_actions_per_hour, 0, 10'000},
        "At most so many actions in an hour."},
    key{"max_fraction", key_is::decimal{&quarantine_settings::max_fraction, 0, 1},
        "Of the live objects of a resource, once it has 8 or more."},
    key{"warmup_cycles", key_is::whole_number{&quarantine_settings::warmup_cycles, 0, 1'000},
        "Sweeps after the start before any action."}};

inline constexpr std::tuple link_keys{
    key{"external_url", key_is::text{&link_settings::external_url, "^(https?://[^?#]+)?$"},
        "The URL under which people reach the status page: links in messages lead to it."},
    key{"runbook_base_url",
        key_is::text{&link_settings::runbook_base_url,
                     "^(https?://[^?#]+|file:///usr/share/doc/trunkwarden)$"},
        "The folder that holds detections.md, for the links to what a finding means; on the host itself unless "
        "you publish it."}};

inline constexpr std::tuple database_keys{
    key{"connection_file", key_is::path{&database_settings::connection_file},
        "A file of libpq's keywords (host=, dbname=, user=) that say where the database is; mode 0640 or less.",
        "database needs connection_file: a file of libpq's keywords"},
    key{"password_file", key_is::path{&database_settings::password_file},
        "A file of one line that holds the password; mode 0640 or less."},
    key{"password_credential", key_is::text{&database_settings::password_credential, "^[A-Za-z0-9._-]*$"},
        "The systemd credential that holds the password."},
    key{"schema", key_is::text{&database_settings::schema, "^[a-z_][a-z0-9_]{0,62}$"},
        "The schema that the tables are in."},
    key{"timeout", key_is::duration{&database_settings::timeout},
        "How long an answer of the database is waited for."}};

// extra_resources come first: their names may be used by the others.
inline constexpr std::tuple settings_keys{
    key{"extra_resources",
        key_is::list_of{&settings::extra_resources, "an extra resource", extra_resource_keys,
                        check_extra_resource},
        "Lists of the API that are watched beside the catalogue, in every account: alert only."},
    key{"accounts", key_is::list_of{&settings::accounts, "an account", account_keys, check_account},
        "One entry for each Telnyx account."},
    key{"accounts_dir", key_is::path{&settings::accounts_dir},
        "A folder with more accounts: one file NAME.yml each, with the keys of an entry of accounts."},
    key{"poll", key_is::map{&settings::poll, poll_keys}, "How often, and how fast."},
    key{"web", key_is::map{&settings::web, web_keys, check_web}, "Metrics and health, read-only."},
    key{"metrics", key_is::map{&settings::metrics, metrics_keys}, "How much Prometheus gets."},
    key{"control_socket", key_is::path{&settings::control_socket},
        "Where ack, unack, status and reload reach the daemon (mode 0660)."},
    key{"state_file", key_is::path{&settings::state_file},
        "Findings, secret fingerprints and messages to be sent, across restarts (mode 0600)."},
    key{"database", key_is::map{&settings::database, database_keys, check_database},
        "A PostgreSQL database that keeps all that in place of state_file, whose name the lock still has."},
    key{"alerts", key_is::map{&settings::alerts, alert_keys, check_alerts},
        "The receivers of alerts, and how often they are notified."},
    key{"quarantine", key_is::map{&settings::quarantine, quarantine_keys},
        "The actions that trunkwarden may take in an account: docs/quarantine.md."},
    part{&settings::links, link_keys}};

}  // namespace trunkwarden
