#include "cli/settings_template.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/yaml/in_quotes.hpp"
#include "support/yaml/nearest.hpp"
#include "support/yaml/yaml_scalar.hpp"

namespace trunkwarden {
namespace {

struct sink_form {
    std::string_view type;
    std::string_view key;  // of the settings, for what stands after "="
};
constexpr std::array<sink_form, 4> sink_forms{
    {{"alertmanager", "url"}, {"webhook", "url"}, {"slack", "url_file"}, {"pagerduty", "routing_key_file"}}};

const sink_form* form_of(std::string_view type)
{
    const auto* const found = std::ranges::find(sink_forms, type, &sink_form::type);
    return found == sink_forms.end() ? nullptr : found;
}

std::string key_line(const key_source& from)
{
    if (!from.credential.empty())
        return fmt::format("api_key_credential: {}", yaml_scalar(from.credential));
    if (!from.environment.empty())
        return fmt::format("api_key_env: {}", yaml_scalar(from.environment));
    return fmt::format("api_key_file: {}", yaml_scalar(from.file.string()));
}

std::string sinks_of(const template_values& from)
{
    if (!from.sink)
        return "alerts:\n  sinks: []     # no alerts are sent: add alertmanager, webhook, slack or "
               "pagerduty\n";
    return fmt::format("alerts:\n  sinks:\n    - {{name: {0}, type: {0}, {1}: {2}}}\n", from.sink->type,
                       form_of(from.sink->type)->key, yaml_scalar(from.sink->where));
}

}  // namespace

result<chosen_sink> parse_sink(std::string_view written)
{
    const auto equals = written.find('=');
    const auto type = written.substr(0, equals);
    if (form_of(type) == nullptr) {
        std::vector<std::string_view> types;
        types.reserve(sink_forms.size());
        for (const auto& form : sink_forms)
            types.push_back(form.type);
        return bad_usage(
            "{} is no kind of sink{}; write alertmanager=URL, webhook=URL, slack=FILE or "
            "pagerduty=FILE, where FILE holds the secret URL or routing key",
            in_quotes(type), suggestion(type, types));
    }
    if (equals == std::string_view::npos || equals + 1 == written.size())
        return bad_usage("{} needs {} after it: {}={}", type,
                         form_of(type)->key == "url" ? "a URL" : "a file", type,
                         form_of(type)->key == "url" ? "https://…" : "/path");
    return chosen_sink{std::string(type), std::string(written.substr(equals + 1))};
}

std::string fault_of_account_name(std::string_view name)
{
    const bool is_name = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return is_name ? std::string()
                   : "an account's name has small letters, digits, _ and -: it becomes a metric label";
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
    if (!from.blind_spots.empty())
        out += fmt::format(
            "    accepted_blind_spots: [{}]     # this key cannot read them: they are not monitored\n",
            fmt::join(from.blind_spots, ", "));
    if (from.beside_settings)
        out += "\nstate_file: state.db\ncontrol_socket: control.sock\n";
    return out + '\n' + sinks_of(from);
}

}  // namespace trunkwarden
