#include "cli/settings_template.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/ascii.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {
namespace {

// The key of the settings for the text after "=".
constexpr auto sink_key = word_table<sink_type>("url", "url", "url_file", "routing_key_file", "smarthost");

std::string key_line(const key_source& from)
{
    if (!from.credential.empty())
        return fmt::format("api_key_credential: {}", yaml_scalar(from.credential));
    if (!from.environment.empty())
        return fmt::format("api_key_env: {}", yaml_scalar(from.environment));
    return fmt::format("api_key_file: {}", yaml_scalar(from.file.string()));
}

// "" for none.
std::string proxy_line(const connection_settings& way)
{
    if (!way.proxy_url.empty())
        return fmt::format("proxy_url: {}", yaml_scalar(way.proxy_url));
    if (!way.proxy_url_file.empty())
        return fmt::format("proxy_url_file: {}", yaml_scalar(way.proxy_url_file.string()));
    return way.proxy_from_environment ? "proxy_from_environment: true" : "";
}

std::string sinks_of(const template_values& from)
{
    if (!from.sink)
        return "alerts:\n  sinks: []     # no alerts are sent: add alertmanager, webhook, slack, "
               "pagerduty or email\n";
    const auto proxy = from.sink->is_outside() ? proxy_line(from.connection) : "";
    return fmt::format("alerts:\n  sinks:\n    - {{name: {0}, type: {0}, {1}: {2}{3}{4}}}\n",
                       name_of(from.sink->type), sink_key[from.sink->type], yaml_scalar(from.sink->where),
                       proxy.empty() ? "" : ", ", proxy);
}

}  // namespace

result<chosen_sink> parse_sink(std::string_view written)
{
    const auto equals = written.find('=');
    const auto name = written.substr(0, equals);
    const auto type = value_named<sink_type>(name);
    if (!type)
        return bad_usage(
            "{} is no kind of sink{}; write alertmanager=URL, webhook=URL, slack=FILE or "
            "pagerduty=FILE, where FILE holds the secret URL or routing key",
            quoted_text(name), suggestion(name, names_of<sink_type>.values));
    if (*type == sink_type::email)
        return bad_usage(
            "an email sink needs more than one word; take another one or none now, and write it "
            "into the settings afterwards: trunkwarden.yml(5)");
    chosen_sink out{*type, {}};
    if (equals == std::string_view::npos || equals + 1 == written.size())
        return bad_usage("{} needs {} after it: {}={}", name, out.is_file() ? "a file" : "a URL", name,
                         out.is_file() ? "/path" : "https://…");
    out.where = written.substr(equals + 1);
    return out;
}

optional_reason fault_of_account_name(std::string_view name)
{
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
        return is_lower(c) || is_digit(c) || c == '_' || c == '-';
    });
    if (is_name)
        return {};
    return "an account's name has small letters, digits, _ and -: it becomes a metric label";
}

std::string settings_template(const template_values& from)
{
    auto out = fmt::format(
        "# yaml-language-server: $schema=/usr/share/trunkwarden/schema/trunkwarden.schema.json\n"
        "# Written by \"trunkwarden init\". Every key there is: trunkwarden.yml(5). After an edit: "
        "trunkwarden config "
        "check\n\n"
        "accounts:\n"
        "  - name: {}\n"
        "    {}\n"
        "    baseline_file: baseline.yml\n",
        yaml_scalar(from.account), key_line(from.api_key));
    if (!from.api_url.empty())
        out += fmt::format("    api_url: {}\n", yaml_scalar(from.api_url));
    if (!from.ca_file.empty())
        out += fmt::format("    ca_file: {}\n", yaml_scalar(from.ca_file));
    if (const auto proxy = proxy_line(from.connection); !proxy.empty())
        out += fmt::format("    {}\n", proxy);
    if (!from.blind_spots.empty())
        out += fmt::format(
            "    accepted_blind_spots: [{}]     # this key cannot read them: they are not monitored\n",
            fmt::join(from.blind_spots, ", "));
    if (from.beside_settings)
        out += "\nstate_file: state.db\ncontrol_socket: control.sock\n";
    return out + '\n' + sinks_of(from);
}

}  // namespace trunkwarden
