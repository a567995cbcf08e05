#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "settings/reading_context.hpp"
#include "settings/url_rules.hpp"

namespace trunkwarden {

namespace {

enum class need { none, optional, required };

// Which keys a kind of sink has, beside name, type and min_severity.
struct sink_kind {
    std::string_view type;
    need url;
    need url_file;
    need secret_file;
    need routing_key_file;
    need resend_interval;
};

constexpr std::array<sink_kind, 4> sink_kinds{{
    // url or url_file, one of them, is required where both are optional
    {"alertmanager", need::optional, need::optional, need::none, need::none, need::optional},
    {"webhook", need::optional, need::optional, need::optional, need::none, need::none},
    {"slack", need::none, need::required, need::none, need::none, need::none},
    {"pagerduty", need::optional, need::none, need::none, need::required, need::none},
}};

constexpr std::array<std::string_view, 4> sink_types{"alertmanager", "webhook", "slack", "pagerduty"};
constexpr std::array<std::string_view, 5> severities{"info", "low", "medium", "high", "critical"};

// Reports a key that is there and should not be, or the other way round.
void check_presence(yaml_section& section, const sink_kind& kind, std::string_view key, need needed)
{
    const auto* value = section.take(key);
    if (value != nullptr && needed == need::none)
        section.refuse(value->at,
                       fmt::format("{} sinks have no {}{}", kind.type, key,
                                   kind.type == "slack" && key == "url"
                                       ? ": its URL is a secret; put it into a file and name that with "
                                         "url_file"
                                       : ""));
    if (value == nullptr && needed == need::required)
        section.refuse(section.at(), fmt::format("{} sinks need {}", kind.type, key));
}

void check_keys(yaml_section& section, const sink_kind& kind)
{
    check_presence(section, kind, "url", kind.url);
    check_presence(section, kind, "url_file", kind.url_file);
    check_presence(section, kind, "secret_file", kind.secret_file);
    check_presence(section, kind, "routing_key_file", kind.routing_key_file);
    check_presence(section, kind, "resend_interval", kind.resend_interval);
    if (kind.url_file != need::optional)
        return;
    const bool has_url = section.take("url") != nullptr;
    const bool has_file = section.take("url_file") != nullptr;
    if (has_url == has_file)
        section.refuse(section.at(), fmt::format("{} sinks need {} url or url_file", kind.type,
                                                 has_url ? "only one of" : "one of"));
}

sink_settings read_sink(const yaml_node& node, const reading_context& context,
                        std::span<const std::string> others)
{
    yaml_section section(&node, "a sink", context.problems);
    sink_settings sink;
    if (!section.usable())
        return sink;
    read_name(section, others, sink.name);
    section.require_choice("type", sink.type, sink_types);
    section.read_choice("min_severity", sink.min_severity, severities);
    if (const auto* kind = std::ranges::find(sink_kinds, sink.type, &sink_kind::type);
        kind != sink_kinds.end())
        check_keys(section, *kind);
    section.read("url", sink.url);
    if (const auto fault = fault_of_url(sink.url, url_use::alert); !sink.url.empty() && !fault.empty())
        section.refuse(
            section.take("url")->at,
            fmt::format("url {}; a URL that is a secret goes into a file that url_file names", fault));
    read_path(section, "url_file", context, sink.url_file);
    read_path(section, "secret_file", context, sink.secret_file);
    read_path(section, "routing_key_file", context, sink.routing_key_file);
    section.read("resend_interval", sink.resend_interval);
    section.refuse_unknown_keys();
    return sink;
}

}  // namespace

void read_alerts(const yaml_node* node, const reading_context& context, alert_settings& into)
{
    yaml_section section(node, "alerts", context.problems);
    section.read_zero_or_more("reminder_interval", into.reminder_interval);
    std::vector<std::string> names;
    for (const auto& item : section.take_list("sinks")) {
        into.sinks.push_back(read_sink(item, context, names));
        names.push_back(into.sinks.back().name);
    }
    section.refuse_unknown_keys();
}

}  // namespace trunkwarden
