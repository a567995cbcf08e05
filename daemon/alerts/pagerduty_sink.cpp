#include "alerts/pagerduty_sink.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "alerts/message.hpp"
#include "alerts/sink_url.hpp"
#include "catalogue/names.hpp"
#include "diff/deviation.hpp"
#include "findings/links.hpp"
#include "settings/secret_file.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::string_view usual_url = "https://events.pagerduty.com/v2/enqueue";
constexpr std::size_t max_summary = 1024;  // of the Events API v2; bytes are at most as many characters

// First sight of an account: an incident ends by the "resolved" of one finding, which carries that finding's
// id. An incident for all of them together would never end. So each of the heavy ones is an incident of its
// own, but no more than somebody on call can look at; each says how many more there are.
constexpr std::size_t max_incidents = 20;
constexpr auto heavy = severity::high;

std::string_view severity_for_pagerduty(std::string_view level)
{
    constexpr auto by_weight = word_table<severity>("info", "info", "warning", "error", "critical");
    return by_weight[weight_of(level)];
}

// A reminder triggers as well: PagerDuty adds it to the open incident, and opens a new one when somebody
// closed it although the finding is still there. Contained is no end: a person has to look at what happened.
std::string_view action_for(std::string_view event)
{
    if (event == "resolved")
        return "resolve";
    return event == "acknowledged" ? "acknowledge" : "trigger";
}

json::object details(const message& about)
{
    json::object out;
    for (const auto& field : about.fields)
        out[view(field.name)] = view(are_two_secrets(field.expected, field.actual)
                                         ? std::string(secret_was_changed)
                                         : fmt::format("{}; expected: {}", field.actual, field.expected));
    const auto add = [&out](std::string_view name, const std::string& value) {
        if (!value.empty())
            out[view(name)] = view(value);
    };
    add("finding", id_with_state(about));
    add("changed by", about.actor);
    add("again", about.occurrences);
    add("incident", incident_line(about));
    add("runbook", about.runbook_url);
    add("next", what_is_next(about));
    return out;
}

json::object pagerduty_link(const std::string& href, std::string_view words)
{
    json::object out;
    out["href"] = view(href);
    out["text"] = view(words);
    return out;
}

// Those that can be followed from a phone.
void add_pagerduty_links(const message& about, json::object& trigger)
{
    json::array links;
    if (is_web_link(about.url))
        links.push_back(pagerduty_link(about.url, "On the status page"));
    if (is_web_link(about.incident_url))
        links.push_back(pagerduty_link(about.incident_url, "All of this incident"));
    if (is_web_link(about.runbook_url))
        links.push_back(pagerduty_link(about.runbook_url, "What it means"));
    trigger["client"] = "trunkwarden";
    if (is_web_link(about.url))
        trigger["client_url"] = view(about.url);
    if (!links.empty())
        trigger["links"] = std::move(links);
}

json::object payload(std::string_view event, const message& about)
{
    json::object out;
    const auto summary = fmt::format("{} on {}: {}", words_for_event(event), about.account, about.title);
    out["summary"] = view(printable(summary, max_summary - 3));  // an ellipsis has three bytes
    out["source"] = view(fmt::format("Telnyx account {}", about.account));
    out["severity"] = view(severity_for_pagerduty(about.severity));
    if (!about.since.empty())
        out["timestamp"] = view(about.since);
    out["component"] = view(about.resource);
    out["group"] = view(about.account);
    out["class"] = view(about.kind);
    out["custom_details"] = details(about);
    return out;
}

json::object payload_of_incident(const notification& notification)
{
    json::object details;
    std::size_t number = 0;
    for (const auto& finding : notification.findings)
        details[view(fmt::format("finding {}", ++number))] = view(line_of_incident(finding));
    if (!notification.incident->first.empty())
        details["next"] = view(numbered(notification.incident->first));
    json::object out;
    out["summary"] = view(printable(headline_of_incident(notification), max_summary - 3));
    out["source"] = view(fmt::format("Telnyx account {}", printable(notification.account)));
    out["severity"] = "critical";
    out["group"] = view(notification.account);
    out["class"] = "incident";
    out["custom_details"] = std::move(details);
    return out;
}

class pagerduty_sink final : public alert_sink {
public:
    pagerduty_sink(sink_url to, secret routing_key) : to_(std::move(to)), routing_key_(std::move(routing_key))
    {
    }

    const std::string& base_url() const override { return to_.base; }

    std::vector<http_request> requests_for(const notification& notification, time_point now) const override;

private:
    json::object event(std::string_view action, const message& about) const;
    http_request request_with(const json::object& event) const;
    std::vector<http_request> requests_for_many(const notification& notification) const;
    std::vector<http_request> requests_for_test(const message& about) const;
    std::vector<http_request> requests_for_incident(const notification& notification) const;
    http_request end_of(std::string_view key) const;
    void add_calm(const incident_summary& its, std::vector<http_request>& out) const;

    sink_url to_;
    secret routing_key_;
};

json::object pagerduty_sink::event(std::string_view action, const message& about) const
{
    json::object out;
    out["routing_key"] = view(routing_key_.reveal());
    out["event_action"] = view(action);
    out["dedup_key"] = view(about.id);
    if (action == "trigger")
        add_pagerduty_links(about, out);
    return out;
}

http_request pagerduty_sink::request_with(const json::object& event) const
{
    http_request request;
    request.method = "POST";
    request.target = to_.path.empty() ? "/v2/enqueue" : to_.path.reveal();
    request.target += to_.query.reveal();
    request.headers = {{"Content-Type", "application/json"}};
    request.body = json::serialize(event);
    return request;
}

std::vector<http_request> pagerduty_sink::requests_for_many(const notification& notification) const
{
    auto told = heaviest_first(notification.findings, max_incidents);
    const auto is_light = [](const json::object& finding) {
        return weight_of(message_of(finding).severity) < heavy;
    };
    // When none is severe, the most severe represents all: by min_severity somebody wants to be notified of
    // them.
    const auto first_light = std::ranges::find_if(told, is_light);
    const auto count = std::max<std::ptrdiff_t>(1, first_light - told.begin());
    told.resize(std::min(told.size(), static_cast<std::size_t>(count)));
    std::vector<http_request> out;
    for (const auto& finding : told) {
        const auto about = message_of(finding);
        auto trigger = event("trigger", about);
        auto body = payload("opened", about);
        if (told.size() < findings_in_all(notification))
            body["custom_details"].as_object()["more"] = view(
                fmt::format("{}; all: trunkwarden findings",
                            words_of_many(notification.account, findings_in_all(notification), told.size())));
        trigger["payload"] = std::move(body);
        out.push_back(request_with(trigger));
    }
    return out;
}

http_request pagerduty_sink::end_of(std::string_view key) const
{
    message about;
    about.id = key;
    return request_with(event("resolve", about));
}

// Nothing of the incident is left, or nobody has to be woken for what is left.
void pagerduty_sink::add_calm(const incident_summary& its, std::vector<http_request>& out) const
{
    message about;
    about.id = its.id;
    if (its.open == 0)
        out.push_back(end_of(its.id));
    else if (its.unacknowledged == 0)
        out.push_back(request_with(event("acknowledge", about)));
}

// One incident with its findings as custom details. It ends with the last of them, and is acknowledged when
// all are; critical ones are incidents of their own there. One of its findings that was sent before it was
// part of the incident is an incident of its own there, which ends here.
std::vector<http_request> pagerduty_sink::requests_for_incident(const notification& notification) const
{
    const auto& its = *notification.incident;
    std::vector<http_request> out;
    message about;
    about.id = its.id;
    about.incident_url = about.url = its.url;
    const bool is_worse = reports_worse(notification);
    if (is_worse) {
        auto trigger = event("trigger", about);
        trigger["payload"] = payload_of_incident(notification);
        out.push_back(request_with(trigger));
    } else {
        add_calm(its, out);
    }
    std::set<std::string> alone;
    if (is_worse && its.id.starts_with("i-"))
        alone.insert("f-" + its.id.substr(2));
    for (const auto& finding : notification.findings)
        if (const auto told = string_at(finding, "event");
            told == name_of(transition::changed) || told == name_of(transition::resolved))
            alone.emplace(string_at(finding, "id"));
        else
            alone.erase(std::string(string_at(finding, "id")));
    for (const auto& id : its.critical)
        alone.erase(id);
    for (const auto& id : alone)
        out.push_back(end_of(id));
    return out;
}

// A test ends the incident that it begins: none stays behind.
std::vector<http_request> pagerduty_sink::requests_for_test(const message& about) const
{
    auto nothing_to_do = about;
    nothing_to_do.first.clear();
    auto trigger = event("trigger", about);
    trigger["payload"] = payload("test", nothing_to_do);
    return {request_with(trigger), request_with(event("resolve", about))};
}

std::vector<http_request> pagerduty_sink::requests_for(const notification& notification,
                                                       time_point /*now*/) const
{
    if (notification.event == "opened_many")
        return requests_for_many(notification);
    if (notification.incident)
        return requests_for_incident(notification);
    const auto about = message_of(notification.findings.at(0));
    if (notification.event == "test")
        return requests_for_test(about);
    const auto action = action_for(notification.event);
    auto told = event(action, about);
    if (action == "trigger")
        told["payload"] = payload(notification.event, about);
    std::vector<http_request> out{request_with(told)};
    // Until it became critical, it was part of the incident's message.
    if (notification.apart_from && (notification.event == name_of(transition::changed) ||
                                    notification.event == name_of(transition::resolved)))
        add_calm(*notification.apart_from, out);
    return out;
}

}  // namespace

result<std::unique_ptr<alert_sink>> create_pagerduty_sink(const sink_settings& settings)
{
    auto there = settings;
    if (there.url.empty())
        there.url = usual_url;
    auto to = read_sink_url(there);
    if (!to)
        return to.error();
    auto key =
        read_secret_file(settings.routing_key_file, fmt::format("the routing key of sink {}", settings.name));
    if (!key)
        return key.error();
    return std::make_unique<pagerduty_sink>(std::move(*to), std::move(*key));
}

}  // namespace trunkwarden
