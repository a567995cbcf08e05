#include "cli/proxy_report.hpp"

#include <fmt/format.h>
#include <optional>
#include <string>

#include "alerts/create_alert_sink.hpp"
#include "alerts/heartbeat.hpp"
#include "alerts/sink_url.hpp"
#include "fetch/proxy_choice.hpp"
#include "fetch/two_factor_probe.hpp"
#include "settings/settings_rules.hpp"

namespace trunkwarden {
namespace {

using state = doctor_check::state;

// A server that gets requests or messages, and the settings of the way to it.
struct way_to_a_server {
    std::string about;  // "proxy production"
    std::string whose;  // "account production"
    const connection_settings& settings;
    origin to;
};

constexpr std::string_view of_this_command =
    "as the environment of this command has it; the service has one of its own: systemctl show -p Environment "
    "trunkwarden";

std::optional<doctor_check> judge_direct(const way_to_a_server& way, const proxy_environment& environment)
{
    const auto unused = proxy_in(environment, way.to);
    if (way.settings.proxy_from_environment)
        return doctor_check{state::ok, way.about, fmt::format("none, {}", of_this_command), {}};
    if (unused && !*unused)
        return std::nullopt;
    const auto& name = way.to.over == transport::tls ? environment.https.name : environment.http.name;
    return doctor_check{
        state::warn, way.about,
        fmt::format("the environment has {}, which is not used: proxy_from_environment is not set", name),
        fmt::format(
            "where only the proxy leads out, set proxy_from_environment: true for {}, and the variable "
            "for the service: systemctl edit trunkwarden",
            way.whose)};
}

void judge(const way_to_a_server& way, const proxy_environment& environment, std::vector<doctor_check>& out)
{
    const auto chosen = choose_proxy(way.settings, way.to, environment, way.whose);
    if (!chosen) {
        out.push_back({state::fail, way.about, chosen.error().message, "correct it there"});
    } else if (*chosen) {
        const auto note = way.settings.proxy_from_environment ? fmt::format(", {}", of_this_command) : "";
        out.push_back({state::ok, way.about, fmt::format("through {}{}", words_for(**chosen), note), {}});
    } else if (auto found = judge_direct(way, environment)) {
        out.push_back(*std::move(found));
    }
}

// For its own probe of two-factor authentication, where that is not on this host.
std::optional<origin> probe_origin(const account_settings& account)
{
    const auto place = place_of(account.probe ? account.probe->url : std::string());
    const auto to = place ? parse_origin(place->base_url) : result<origin>(place.error());
    return to && to->over == transport::tls ? std::optional(*to) : std::nullopt;
}

void judge_sinks(const alert_settings& alerts, const proxy_environment& environment,
                 std::vector<doctor_check>& out)
{
    for (const auto& sink_settings : alerts.sinks) {
        if (sink_kinds[sink_settings.type].way == need::none)
            continue;
        const auto sink = create_alert_sink(sink_settings);
        if (!sink)
            continue;
        if (const auto to = parse_origin((*sink)->base_url(), plain_http::to_any_host))
            judge(
                {"proxy " + sink_settings.name, "sink " + sink_settings.name, sink_settings.connection, *to},
                environment, out);
    }
}

void judge_heartbeat(const heartbeat_settings& beat, const proxy_environment& environment,
                     std::vector<doctor_check>& out)
{
    const auto receiver = receiver_of(beat);
    const auto url = read_sink_url(receiver);
    const auto to = url ? parse_origin(url->base, plain_http::to_any_host) : result<origin>(url.error());
    if (to)
        judge({"proxy heartbeat", receiver.name, receiver.connection, *to}, environment, out);
}

}  // namespace

std::vector<doctor_check> check_proxies(const settings& configured)
{
    const auto environment = proxies_of_environment();
    std::vector<doctor_check> out;
    for (const auto& account : configured.accounts) {
        if (const auto to = parse_origin(account.api_url))
            judge({"proxy " + account.name, "account " + account.name, account.connection, *to}, environment,
                  out);
        if (const auto probe = probe_origin(account))
            judge({"proxy " + account.name + " probe", "account " + account.name, account.connection, *probe},
                  environment, out);
    }
    judge_sinks(configured.alerts, environment, out);
    if (configured.alerts.heartbeat)
        judge_heartbeat(*configured.alerts.heartbeat, environment, out);
    return out;
}

std::optional<std::string> unused_proxy(const settings& configured)
{
    for (const auto& check : check_proxies(configured))
        if (check.is == state::warn)
            return fmt::format("{}; trunkwarden doctor says for whom", check.found);
    return std::nullopt;
}

origin nearest_of(const https_options& way, const origin& to)
{
    if (!way.through)
        return to;
    origin out;
    out.over = transport::plain;
    out.host = way.through->host;
    out.port = way.through->port;
    out.authority = fmt::format("{}:{}", out.host, out.port);
    return out;
}

}  // namespace trunkwarden
