#include <fmt/format.h>

#include "settings/connection_rules.hpp"
#include "settings/mail_rules.hpp"
#include "settings/settings_rules.hpp"
#include "settings/url_rules.hpp"

namespace trunkwarden {

namespace {

// Reports a key that is there and should not be, or the other way round.
void check_presence(yaml_section& section, sink_type type, std::string_view key, need needed)
{
    const auto* value = section.take(key);
    if (value != nullptr && needed == need::none)
        section.refuse(value->at,
                       fmt::format("{} sinks have no {}{}", name_of(type), key,
                                   type == sink_type::slack && key == "url"
                                       ? ": its URL is a secret; put it into a file and name that with "
                                         "url_file"
                                       : ""));
    if (value == nullptr && needed == need::required)
        section.refuse(section.at(), fmt::format("{} sinks need {}", name_of(type), key));
}

void check_keys(yaml_section& section, sink_type type)
{
    const auto& kind = sink_kinds[type];
    check_presence(section, type, "url", kind.url);
    check_presence(section, type, "url_file", kind.url_file);
    check_presence(section, type, "format", kind.format);
    check_presence(section, type, "secret_file", kind.secret_file);
    check_presence(section, type, "routing_key_file", kind.routing_key_file);
    check_presence(section, type, "resend_interval", kind.resend_interval);
    check_presence(section, type, "basic_auth", kind.login);
    check_presence(section, type, "authorization", kind.login);
    for (const auto key : mail_essentials)
        check_presence(section, type, key, kind.mail);
    if (kind.mail == need::none)
        for (const auto key : mail_options)
            check_presence(section, type, key, need::none);
    for (const auto key : way_options)
        check_presence(section, type, key, kind.way);
    if (kind.url_file != need::optional)
        return;
    const bool has_url = section.take("url") != nullptr;
    const bool has_file = section.take("url_file") != nullptr;
    if (has_url == has_file)
        section.refuse(section.at(), fmt::format("{} sinks need {} url or url_file", name_of(type),
                                                 has_url ? "only one of" : "one of"));
}

}  // namespace

void check_sink(yaml_section& section, const reading_context& context, sink_settings& sink)
{
    std::vector<std::string_view> others;
    for (const auto& other : context.so_far.alerts.sinks)
        others.push_back(other.name);
    check_name(section, sink.name, others);
    if (const auto* type = section.take("type"); type != nullptr && value_named<sink_type>(type->text))
        check_keys(section, sink.type);
    check_only_one(section, "basic_auth", "authorization");
    check_connection(section, sink.connection);
    if (sink.type == sink_type::email)
        check_mail(section, sink.mail);
    if (const auto fault = fault_of_url(sink.url, url_use::alert); !sink.url.empty() && fault)
        section.refuse(
            section.take("url")->at,
            fmt::format("url {}; a URL that is a secret goes into a file that url_file names", *fault));
}

void check_alerts(yaml_section&, const reading_context&, alert_settings& alerts)
{
    for (auto& sink : alerts.sinks)
        sink.group_by = alerts.group_by;
}

void check_heartbeat(yaml_section& section, const reading_context&, heartbeat_settings& beat)
{
    if (section.take("interval") != nullptr && beat.interval < std::chrono::seconds(1))
        section.refuse(section.take("interval")->at, "interval must be 1s or longer");
    check_connection(section, beat.connection);
}

}  // namespace trunkwarden
