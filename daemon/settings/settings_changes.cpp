#include "settings/settings_changes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <type_traits>
#include <utility>

#include "support/escape.hpp"
#include "support/listen_address.hpp"

namespace trunkwarden {
namespace {

using way = config_change::way;

// As the settings file writes it: 30s, 5m, 1500ms.
std::string as_written(duration span)
{
    struct unit {
        std::string_view name;
        std::chrono::milliseconds size;
    };
    using namespace std::chrono_literals;
    for (const auto& [name, size] : {unit{"d", 24h}, unit{"h", 1h}, unit{"m", 1min}, unit{"s", 1s}})
        if (span.count() != 0 && span % size == 0ms)
            return fmt::format("{}{}", span / size, name);
    return span.count() == 0 ? std::string("0s") : fmt::format("{}ms", span.count());
}

std::string as_written(const std::string& text)
{
    return text.empty() ? std::string("\"\"") : printable(text);
}

std::string as_written(const std::filesystem::path& file)
{
    return as_written(file.string());
}

std::string as_written(bool given)
{
    return given ? "true" : "false";
}

template <class Enum>
requires std::is_enum_v<Enum> std::string as_written(Enum choice)
{
    return std::string(name_of(choice));
}

template <class Number>
std::string as_written(Number number) requires std::is_arithmetic_v<Number>
{
    return fmt::format("{}", number);
}

class difference {
public:
    explicit difference(config_changes& out, std::string prefix = {}) : out_(out), prefix_(std::move(prefix))
    {
    }

    template <class T>
    void value(std::string_view key, const T& before, const T& after, way to)
    {
        if (before != after)
            out_.add(to, fmt::format("{}{} {} → {}", prefix_, key, as_written(before), as_written(after)));
    }

    // Longer is less watchful.
    void span(std::string_view key, duration before, duration after)
    {
        value(key, before, after, after > before ? way::wider : way::narrower);
    }

    void say(way to, std::string_view sentence) { out_.add(to, fmt::format("{}{}", prefix_, sentence)); }

private:
    config_changes& out_;
    std::string prefix_;
};

template <class Named>
const Named* named(const std::vector<Named>& all, const std::string& name)
{
    const auto found = std::ranges::find(all, name, &Named::name);
    return found == all.end() ? nullptr : &*found;
}

void compare_polls(const poll_settings& before, const poll_settings& after, config_changes& out)
{
    difference poll(out, "poll.");
    poll.span("interval", before.interval, after.interval);
    poll.span("large_interval", before.large_interval, after.large_interval);
    const bool switched_off = after.audit_interval.count() == 0;
    const bool was_off = before.audit_interval.count() == 0;
    poll.value("audit_interval", before.audit_interval, after.audit_interval,
               switched_off || (!was_off && after.audit_interval > before.audit_interval) ? way::wider
                                                                                          : way::narrower);
    poll.span("usage_interval", before.usage_interval, after.usage_interval);
    poll.value("concurrency", before.concurrency, after.concurrency,
               after.concurrency < before.concurrency ? way::wider : way::narrower);
    poll.value("requests_per_second", before.requests_per_second, after.requests_per_second,
               after.requests_per_second < before.requests_per_second ? way::wider : way::narrower);
    poll.value("rate_limit_reserve", before.rate_limit_reserve, after.rate_limit_reserve,
               after.rate_limit_reserve > before.rate_limit_reserve ? way::wider : way::narrower);
    poll.value("timeout", before.timeout, after.timeout, way::narrower);
    poll.span("stale_after", before.stale_after, after.stale_after);
}

void compare_blind_spots(const account_settings& before, const account_settings& after,
                         difference& difference)
{
    for (const auto& resource : after.accepted_blind_spots)
        if (!accepts_not_to_see(before, resource))
            difference.say(way::wider, fmt::format("now accepts not to see {}", resource));
    for (const auto& resource : before.accepted_blind_spots)
        if (!accepts_not_to_see(after, resource))
            difference.say(way::narrower, fmt::format("no longer accepts not to see {}", resource));
}

// Somebody in the middle of a connection may hold back what the watch sees, or what it reports.
void compare_connection(const connection_settings& before, const connection_settings& after,
                        difference& difference)
{
    difference.value("tls_config.ca_file", before.tls_config.ca_file, after.tls_config.ca_file, way::wider);
    difference.value("tls_config.cert_file", before.tls_config.cert_file, after.tls_config.cert_file,
                     way::wider);
    difference.value("tls_config.key_file", before.tls_config.key_file, after.tls_config.key_file,
                     way::wider);
    difference.value("proxy_url", before.proxy_url, after.proxy_url, way::wider);
    difference.value("proxy_url_file", before.proxy_url_file, after.proxy_url_file, way::wider);
    difference.value("proxy_from_environment", before.proxy_from_environment, after.proxy_from_environment,
                     way::wider);
    difference.value("http_headers_file", before.http_headers_file, after.http_headers_file, way::wider);
}

void compare_account(const account_settings& before, const account_settings& after, config_changes& out)
{
    difference difference(out, fmt::format("account {}: ", after.name));
    if (before.api_key != after.api_key)
        difference.say(way::wider, "its API key comes from another place");
    difference.value("baseline_file", before.baseline_file, after.baseline_file, way::wider);
    if (before.baseline_public_key != after.baseline_public_key)
        difference.say(before.baseline_public_key.empty() ? way::narrower : way::wider,
                       before.baseline_public_key.empty() ? "its baseline must be signed from now on"
                                                          : "baseline_public_key is another");
    difference.value("api_url", before.api_url, after.api_url, way::wider);
    difference.value("ca_file", before.ca_file, after.ca_file, way::wider);
    difference.value("managed_account_id", before.managed_account_id, after.managed_account_id, way::wider);
    compare_connection(before.connection, after.connection, difference);
    compare_blind_spots(before, after, difference);
    difference.value("api_keys.path", before.api_keys.path, after.api_keys.path, way::wider);
    difference.value("api_keys.id", before.api_keys.id, after.api_keys.id, way::wider);
    difference.value("api_keys.label", before.api_keys.label, after.api_keys.label, way::narrower);
    difference.value("api_keys.own_key_id", before.api_keys.own_key_id, after.api_keys.own_key_id,
                     way::wider);
    difference.span("api_keys.dormant_after", before.api_keys.dormant_after, after.api_keys.dormant_after);
    if (before.probe != after.probe)
        difference.say(way::wider, !after.probe    ? "two_factor_probe is gone"
                                   : !before.probe ? "two_factor_probe is new: its answer counts as evidence"
                                                   : "two_factor_probe is another");
}

void compare_accounts(const settings& before, const settings& after, config_changes& out)
{
    for (const auto& was : before.accounts)
        if (named(after.accounts, was.name) == nullptr)
            out.add(way::wider, fmt::format("account {} removed: it is not watched any more", was.name));
    for (const auto& is : after.accounts) {
        const auto* was = named(before.accounts, is.name);
        if (was == nullptr)
            out.add(way::narrower, fmt::format("account {} added", is.name));
        else
            compare_account(*was, is, out);
    }
}

way way_of(severity before, severity after)
{
    return after < before ? way::wider : way::narrower;
}

void compare_extra_resource(const extra_resource& before, const extra_resource& after, config_changes& out)
{
    difference difference(out, fmt::format("extra resource {}: ", after.name));
    difference.value("path", before.path, after.path, way::wider);
    difference.value("id", before.id, after.id, way::wider);
    difference.value("label", before.label, after.label, way::narrower);
    difference.value("paging", before.pages, after.pages, way::wider);
    difference.value("when_unknown", before.when_unknown, after.when_unknown,
                     way_of(before.when_unknown, after.when_unknown));
    for (const auto& was : before.fields)
        if (named(after.fields, was.name) == nullptr)
            difference.say(way::wider,
                           fmt::format("field {} removed: it is not compared any more", was.name));
    for (const auto& is : after.fields) {
        const auto* was = named(before.fields, is.name);
        if (was == nullptr) {
            difference.say(way::narrower, fmt::format("field {} added", is.name));
            continue;
        }
        difference.value(is.name + ".kind", was->kind, is.kind, way::wider);
        difference.value(is.name + ".when_changed", was->when_changed, is.when_changed,
                         way_of(was->when_changed, is.when_changed));
    }
}

void compare_extra_resources(const settings& before, const settings& after, config_changes& out)
{
    for (const auto& was : before.extra_resources)
        if (named(after.extra_resources, was.name) == nullptr)
            out.add(way::wider,
                    fmt::format("extra resource {} removed: it is not watched any more", was.name));
    for (const auto& is : after.extra_resources) {
        const auto* was = named(before.extra_resources, is.name);
        if (was == nullptr)
            out.add(way::narrower, fmt::format("extra resource {} added", is.name));
        else
            compare_extra_resource(*was, is, out);
    }
}

// A URL may be a secret, so it is not repeated.
void compare_sink(const sink_settings& before, const sink_settings& after, config_changes& out)
{
    difference difference(out, fmt::format("sink {}: ", after.name));
    difference.value("type", before.type, after.type, way::wider);
    if (before.url != after.url || before.url_file != after.url_file)
        difference.say(way::wider, "its url is another");
    difference.value("format", before.format, after.format, way::wider);
    if (before.secret_file != after.secret_file)
        difference.say(way::wider, "its secret_file is another");
    if (before.routing_key_file != after.routing_key_file)
        difference.say(way::wider, "its routing_key_file is another");
    difference.value("smarthost", before.mail.smarthost, after.mail.smarthost, way::wider);
    difference.value("from", before.mail.from, after.mail.from, way::wider);
    difference.value("to", before.mail.to, after.mail.to, way::wider);
    difference.value("require_tls", before.mail.require_tls, after.mail.require_tls,
                     after.mail.require_tls ? way::narrower : way::wider);
    if (before.mail.auth_username != after.mail.auth_username ||
        before.mail.auth_password_file != after.mail.auth_password_file)
        difference.say(way::wider, "its login is another");
    compare_connection(before.connection, after.connection, difference);
    if (before.basic_auth != after.basic_auth)
        difference.say(way::wider, "its basic_auth is another");
    if (before.authorization != after.authorization)
        difference.say(way::wider, "its authorization is another");
    difference.value("min_severity", before.min_severity, after.min_severity,
                     after.min_severity > before.min_severity ? way::wider : way::narrower);
    difference.span("resend_interval", before.resend_interval, after.resend_interval);
}

// Its URL is a secret, so it is not repeated.
void compare_heartbeats(const alert_settings& before, const alert_settings& after, config_changes& out)
{
    if (before.heartbeat.has_value() != after.heartbeat.has_value()) {
        out.add(after.heartbeat ? way::narrower : way::wider,
                after.heartbeat ? "alerts.heartbeat added"
                                : "alerts.heartbeat removed: nobody hears any more when the watch stops");
        return;
    }
    if (!before.heartbeat)
        return;
    difference difference(out, "alerts.heartbeat: ");
    if (before.heartbeat->url_file != after.heartbeat->url_file)
        difference.say(way::wider, "its url_file is another");
    if (before.heartbeat->authorization != after.heartbeat->authorization)
        difference.say(way::wider, "its authorization is another");
    difference.span("interval", before.heartbeat->interval, after.heartbeat->interval);
    compare_connection(before.heartbeat->connection, after.heartbeat->connection, difference);
}

void compare_alerts(const alert_settings& before, const alert_settings& after, config_changes& out)
{
    for (const auto& was : before.sinks)
        if (named(after.sinks, was.name) == nullptr)
            out.add(way::wider, fmt::format("sink {} removed: it is not told any more", was.name));
    for (const auto& is : after.sinks) {
        const auto* was = named(before.sinks, is.name);
        if (was == nullptr)
            out.add(way::narrower, fmt::format("sink {} added", is.name));
        else
            compare_sink(*was, is, out);
    }
    compare_heartbeats(before, after, out);
    difference(out, "alerts.")
        .value("group_by", before.group_by, after.group_by,
               after.group_by == message_group::incident ? way::wider : way::narrower);
    const bool switched_off = after.reminder_interval.count() == 0;
    const bool was_off = before.reminder_interval.count() == 0;
    difference(out, "alerts.")
        .value("reminder_interval", before.reminder_interval, after.reminder_interval,
               switched_off || (!was_off && after.reminder_interval > before.reminder_interval)
                   ? way::wider
                   : way::narrower);
}

void compare_quarantine(const quarantine_settings& before, const quarantine_settings& after,
                        config_changes& out)
{
    difference difference(out, "quarantine.");
    difference.value("mode", before.mode, after.mode, way::wider);
    if (before.rules != after.rules)
        difference.say(way::wider, "rules are others");
    difference.value("allow_irreversible", before.allow_irreversible, after.allow_irreversible, way::wider);
    difference.value("max_actions_per_cycle", before.max_actions_per_cycle, after.max_actions_per_cycle,
                     way::wider);
    difference.value("max_actions_per_hour", before.max_actions_per_hour, after.max_actions_per_hour,
                     way::wider);
    difference.value("max_fraction", before.max_fraction, after.max_fraction, way::wider);
    difference.value("warmup_cycles", before.warmup_cycles, after.warmup_cycles, way::wider);
}

// Links that lead elsewhere lead people astray.
void compare_links(const link_settings& before, const link_settings& after, config_changes& out)
{
    difference difference(out, {});
    difference.value("external_url", before.external_url, after.external_url,
                     before.external_url.empty() ? way::narrower : way::wider);
    difference.value("runbook_base_url", before.runbook_base_url, after.runbook_base_url, way::wider);
}

void compare_hosts(const std::vector<std::string>& before, const std::vector<std::string>& after,
                   difference& difference)
{
    for (const auto& host : after)
        if (std::ranges::find(before, host) == before.end())
            difference.say(way::wider, fmt::format("allowed_hosts now has {}", printable(host)));
    for (const auto& host : before)
        if (std::ranges::find(after, host) == after.end())
            difference.say(way::narrower, fmt::format("allowed_hosts no longer has {}", printable(host)));
}

}  // namespace

config_changes changes_of_settings(const settings& before, const settings& after)
{
    config_changes out;
    compare_accounts(before, after, out);
    compare_extra_resources(before, after, out);
    compare_polls(before.poll, after.poll, out);
    compare_alerts(before.alerts, after.alerts, out);
    difference web(out, "web.");
    web.value("listen_address", before.web.listen_address, after.web.listen_address,
              after.web.listen_address.empty() ? way::narrower : way::wider);
    compare_hosts(before.web.allowed_hosts, after.web.allowed_hosts, web);
    web.value("enable_lifecycle", before.web.enable_lifecycle, after.web.enable_lifecycle,
              after.web.enable_lifecycle ? way::wider : way::narrower);
    difference of_metrics(out, "metrics.");
    of_metrics.value("per_resource", before.metrics.per_resource, after.metrics.per_resource,
                     after.metrics.per_resource == resource_series::compact ? way::wider : way::narrower);
    difference top(out);
    top.value("control_socket", before.control_socket, after.control_socket, way::wider);
    compare_quarantine(before.quarantine, after.quarantine, out);
    compare_links(before.links, after.links, out);
    return out;
}

std::optional<std::string> reload_refusal(const settings& in_force, const settings& wanted)
{
    // Else somebody who edits the settings and the baseline would need no signature.
    for (const auto& account : wanted.accounts)
        if (const auto* was = named(in_force.accounts, account.name);
            was != nullptr && !was->baseline_public_key.empty() &&
            was->baseline_public_key != account.baseline_public_key)
            return fmt::format(
                "{}: baseline_public_key of account {} is not the current one any more; if that is "
                "meant, restart trunkwarden",
                wanted.file.string(), account.name);
    const auto& before = in_force.web.listen_address;
    const auto& after = wanted.web.listen_address;
    const auto old_place = parse_listen_address(before);
    const auto new_place = parse_listen_address(after);
    if (before != after && old_place && new_place && old_place->port == new_place->port &&
        new_place->port != 0)
        return fmt::format(
            "{}: web.listen_address {} → {} takes a restart, because the port is in use until then by this "
            "daemon; or take another port",
            wanted.file.string(), as_written(before), as_written(after));
    return std::nullopt;
}

std::vector<std::string> needs_restart(const settings& in_force, const settings& wanted)
{
    std::vector<std::string> out;
    if (in_force.state_file != wanted.state_file)
        out.push_back(fmt::format("state_file {} → {} takes a restart", as_written(in_force.state_file),
                                  as_written(wanted.state_file)));
    if (in_force.database != wanted.database)
        out.emplace_back("the change of database takes a restart");
    return out;
}

settings without_restart_settings(const settings& in_force, settings wanted)
{
    wanted.state_file = in_force.state_file;
    wanted.database = in_force.database;
    return wanted;
}

}  // namespace trunkwarden
