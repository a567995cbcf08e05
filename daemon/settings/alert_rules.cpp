#include <algorithm>
#include <fmt/format.h>

#include "settings/settings_rules.hpp"
#include "settings/url_rules.hpp"

namespace trunkwarden {

namespace {

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

}  // namespace

void check_sink(yaml_section& section, const reading_context& context, sink_settings& sink)
{
    std::vector<std::string_view> others;
    for (const auto& other : context.so_far.alerts.sinks)
        others.push_back(other.name);
    check_name(section, sink.name, others);
    if (const auto* kind = std::ranges::find(sink_kinds, sink.type, &sink_kind::type);
        kind != sink_kinds.end())
        check_keys(section, *kind);
    if (const auto fault = fault_of_url(sink.url, url_use::alert); !sink.url.empty() && !fault.empty())
        section.refuse(
            section.take("url")->at,
            fmt::format("url {}; a URL that is a secret goes into a file that url_file names", fault));
}

}  // namespace trunkwarden
