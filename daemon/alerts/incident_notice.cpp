#include "alerts/incident_notice.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "alerts/finding_in_message.hpp"
#include "alerts/message.hpp"
#include "catalogue/names.hpp"
#include "findings/incident_group.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

incident_group open_group(const std::string& incident, const std::vector<finding>& open)
{
    std::vector<const finding*> members;
    for (const auto& each : open)
        if (each.incident == incident)
            members.push_back(&each);
    return group_of_incident(incident, members);
}

const finding* with_id(std::string_view id, const std::vector<finding>& open)
{
    const auto found = std::ranges::find(open, id, &finding::id);
    return found == open.end() ? nullptr : &*found;
}

// One line of a message: enough of a finding, and many of them fit into one message.
json::object in_short(const json::object& told, const std::string& event)
{
    constexpr std::array<std::string_view, 8> kept{"id",   "state",    "account", "resource",
                                                   "kind", "severity", "status",  "title"};
    json::object out;
    for (const auto member : kept)
        if (const auto* value = told.if_contains(view(member)))
            out[view(member)] = *value;
    out["event"] = view(event);
    return out;
}

bool is_critical_now(const finding& about)
{
    return about.deviation.level == severity::critical;
}

// The head line of an incident, also for messages that say nothing more about it.
std::string words_of_incident(const incident_summary& its, const incident_group& group, time_point now)
{
    if (group.members.empty())
        return "all of its findings are over";
    if (its.open > 0)
        return words_of(group, now);
    return fmt::format("all of its findings are over but {}, told in {} own",
                       plural(its.critical.size(), "critical finding"),
                       its.critical.size() == 1 ? "a message of its" : "messages of their");
}

// An opening stays one, as nobody was notified of the finding yet, unless it is over by now.
const std::string& event_of_both(const std::string& before, const std::string& event)
{
    const bool still_new = before == name_of(transition::opened) && event != name_of(transition::resolved);
    return still_new ? before : event;
}

}  // namespace

bool is_for_people(sink_type type)
{
    return type == sink_type::slack || type == sink_type::pagerduty || type == sink_type::email;
}

bool may_be_of_incident(const notification& notification)
{
    if (notification.findings.size() != 1 || !notification.ids.empty())
        return false;
    const auto& told = notification.findings.front();
    return !string_at(told, "incident").empty() || weight_of(string_at(told, "severity")) >= severity::high;
}

std::string incident_of(const notification& notification, const std::vector<finding>& open)
{
    if (!may_be_of_incident(notification))
        return {};
    const auto& told = notification.findings.front();
    const auto* now = with_id(string_at(told, "id"), open);
    return now != nullptr && !now->incident.empty() ? now->incident
                                                    : std::string(string_at(told, "incident"));
}

bool is_critical(const notification& notification, const std::vector<finding>& open)
{
    if (notification.findings.size() != 1)
        return false;
    const auto& told = notification.findings.front();
    const auto* now = with_id(string_at(told, "id"), open);
    return string_at(told, "severity") == name_of(severity::critical) ||
           (now != nullptr && is_critical_now(*now));
}

incident_summary without_critical(const std::string& incident, const std::vector<finding>& open)
{
    incident_summary out{.id = incident};
    for (const auto& each : open) {
        if (each.incident != incident)
            continue;
        if (is_critical_now(each)) {
            out.critical.push_back(each.id);
            continue;
        }
        ++out.open;
        out.unacknowledged += each.status == finding_status::open ? 1 : 0;
    }
    return out;
}

void add_incident_words(notification& notification, const std::vector<finding>& open, time_point now)
{
    const auto incident = incident_of(notification, open);
    if (incident.empty())
        return;
    const auto group = open_group(incident, open);
    if (group.members.size() > 1)
        notification.findings.front()["incident_words"] = view(words_of(group, now));
}

std::vector<std::string> ids_of_incident(const std::string& incident, const std::vector<finding>& open)
{
    std::vector<std::string> out;
    for (const auto& each : open)
        if (each.incident == incident && !is_critical_now(each))
            out.push_back(each.id);
    return out;
}

notification gathered(const std::vector<notification>& about, const std::string& incident,
                      const std::vector<finding>& open, time_point now)
{
    notification out;
    out.event = incident_event;
    out.delivery_id = about.front().delivery_id;
    out.account = about.front().account;
    std::map<std::string, std::size_t> place;  // by id, in `findings`
    std::vector<std::string> events;
    for (const auto& each : about) {
        const auto& told = each.findings.front();
        const auto [at, fresh] = place.try_emplace(std::string(string_at(told, "id")), place.size());
        if (fresh) {
            events.push_back(each.event);
            out.findings.push_back(told);
        } else {
            events[at->second] = event_of_both(events[at->second], each.event);
            out.findings[at->second] = told;
        }
    }
    for (const auto& [id, at] : place) {
        const auto* now_open = with_id(id, open);
        out.findings[at] =
            in_short(now_open == nullptr ? out.findings[at] : finding_in_message(*now_open), events[at]);
    }
    const auto group = open_group(incident, open);
    incident_summary& its = out.incident.emplace(without_critical(incident, open));
    std::vector<urgent_finding> urgent;
    for (const auto* each : group.members)
        urgent.push_back(urgent_of(*each));
    its.words = words_of_incident(its, group, now);
    its.first = first_steps(urgent);
    return out;
}

}  // namespace trunkwarden
