#include "alerts/message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <functional>

#include "catalogue/catalogue.hpp"
#include "catalogue/names.hpp"
#include "containment/action_note.hpp"
#include "diff/deviation.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_state.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t max_title = 400;
constexpr std::size_t max_value = 200;
constexpr std::size_t max_name = 60;
constexpr std::size_t max_url = 2000;
constexpr std::size_t max_fields = 10;

std::string or_nothing(std::string text)
{
    return text.empty() ? "nothing" : std::move(text);
}

void take_fields(const json::object& finding, message& into)
{
    const auto* found = finding.if_contains("fields");
    const auto* list = found == nullptr ? nullptr : found->if_array();
    if (list == nullptr)
        return;
    for (const auto& any : *list) {
        const auto* object = any.if_object();
        if (object == nullptr)
            continue;
        if (into.fields.size() == max_fields) {
            ++into.more_fields;
            continue;
        }
        into.fields.push_back({printable_at(*object, "field", max_name),
                               or_nothing(printable_at(*object, "expected", max_value)),
                               or_nothing(printable_at(*object, "actual", max_value))});
    }
    boost::system::error_code no_number;
    if (const auto* left_out = finding.if_contains("fields_left_out"))
        into.more_fields += left_out->to_number<std::size_t>(no_number);
}

std::string actor_of(const json::object& finding)
{
    if (const auto* actor = object_at(finding, "actor")) {
        auto words = words_of(actor_in(*actor));
        if (const auto at = printable_at(*actor, "at", max_name); !at.empty())
            words += " at " + at;
        return words;
    }
    return printable_at(finding, "audit_trail") == "none"
               ? "nobody: the audit log has no event for this change"
               : std::string{};
}

std::string acknowledgement_of(const json::object& finding)
{
    const auto* given = object_at(finding, "acknowledged");
    if (given == nullptr)
        return {};
    const auto until = printable_at(*given, "until", max_name);
    const auto by = printable_at(*given, "by", max_name);
    return (by.empty() ? "" : fmt::format("by {}: ", by)) + printable_at(*given, "reason", max_value) +
           (until.empty() ? "" : fmt::format(" (until {})", until));
}

std::string times_of(const json::object& finding)
{
    const auto* found = finding.if_contains("times");
    if (found == nullptr)
        return {};
    boost::system::error_code no_number;
    const auto times = found->to_number<std::int64_t>(no_number);
    if (no_number || times < 2)
        return {};
    auto out = fmt::format("it came and went: seen {} times", times);
    if (const auto earlier = objects_at(finding, "earlier"); !earlier.empty())
        out += fmt::format("; before from {} to {}", printable_at(*earlier.back(), "from", max_name),
                           printable_at(*earlier.back(), "to", max_name));
    return out;
}

// "USD 42.00 a minute, until balance 512.35", "no limit on what a minute costs, until balance 512.35"
std::string exposure_of(const json::object& finding)
{
    const auto* some = object_at(finding, "exposure");
    if (some == nullptr)
        return {};
    const auto currency = printable_at(*some, "currency", max_name);
    const auto until = printable_at(*some, "until", max_name);
    const auto per_minute = printable_at(*some, "per_minute", max_name);
    const auto words = per_minute == "no limit" ? std::string("no limit on what a minute costs")
                                                : fmt::format("{}{}{} a minute", currency,
                                                              currency.empty() ? "" : " ", per_minute);
    return fmt::format("{}{}{}", words, until.empty() ? "" : ", until ", until);
}

// A finding of an older version, without a known kind or resource, is never an emergency.
std::vector<first_step> first_steps_about(const json::object& finding, const message& about)
{
    const auto kind = value_named<deviation_kind>(about.kind);
    const auto* type = find_resource(about.resource);
    if (!kind || about.status == name_of(finding_status::resolved))
        return {};
    const auto* acceptable = finding.if_contains("acceptable");
    urgent_finding out;
    out.account = about.account;
    out.seen_as = id_with_state(about);
    out.incident = about.incident;
    out.waiting_action = waiting_action_in(about.quarantine);
    out.step = type == nullptr ? playbook::none : type->step;
    out.kind = *kind;
    out.level = weight_of(about.severity);
    out.open = about.status == name_of(finding_status::open) && about.is_there;
    out.acceptable = acceptable != nullptr && acceptable->is_bool() && acceptable->get_bool();
    return first_steps({&out, 1});
}

void add_line(std::string& to, std::string_view name, std::string_view value)
{
    if (!value.empty())
        to += fmt::format("{}{}: {}", to.empty() ? "" : "\n", name, value);
}

}  // namespace

message message_of(const json::object& finding)
{
    message out;
    out.id = printable_at(finding, "id", max_name);
    out.state = printable_at(finding, "state", max_name);
    out.account = printable_at(finding, "account", max_name);
    out.resource = printable_at(finding, "resource", max_name);
    out.kind = printable_at(finding, "kind", max_name);
    out.severity = printable_at(finding, "severity", max_name);
    out.status = printable_at(finding, "status", max_name);
    out.is_there = printable_at(finding, "absent_since").empty();
    out.title = printable_at(finding, "title", max_title);
    out.since = printable_at(finding, "since", max_name);
    if (out.since.empty())  // queued by the version before
        out.since = printable_at(finding, "first_seen", max_name);
    out.runbook_url = printable_at(finding, "runbook_url", max_url);
    out.url = printable_at(finding, "url", max_url);
    out.incident_url = printable_at(finding, "incident_url", max_url);
    take_fields(finding, out);
    out.actor = actor_of(finding);
    out.acknowledged = acknowledgement_of(finding);
    out.incident = printable_at(finding, "incident", max_name);
    out.incident_words = printable_at(finding, "incident_words", max_title);
    out.occurrences = times_of(finding);
    out.exposure = exposure_of(finding);
    out.quarantine = printable_at(finding, "quarantine", 600);
    out.first = first_steps_about(finding, out);
    return out;
}

std::string incident_line(const message& about)
{
    return about.incident_words.empty() ? about.incident : about.incident_words;
}

std::string headline_of_incident(const notification& notification)
{
    const auto& its = *notification.incident;
    const auto account = printable(notification.account);
    if (its.open > 0)
        return fmt::format("CRITICAL - Incident on {}: {}", account, its.words);
    return fmt::format("{} {} on {}, {}", its.critical.empty() ? "Resolved: incident" : "Incident",
                       printable(its.id), account, its.words);
}

bool reports_worse(const notification& notification)
{
    return notification.incident && notification.incident->open > 0 &&
           std::ranges::any_of(notification.findings, [](const json::object& finding) {
               const auto event = string_at(finding, "event");
               return event != name_of(transition::resolved) && event != name_of(transition::acknowledged);
           });
}

std::string line_of_incident(const json::object& finding)
{
    const auto about = message_of(finding);
    return fmt::format("{}: {} - {} ({})", words_for_event(printable_at(finding, "event", max_name)),
                       shouted(about.severity), about.title, id_with_state(about));
}

std::string words_of(const message_field& field)
{
    if (are_two_secrets(field.expected, field.actual))
        return fmt::format("{} {}", field.name, secret_was_changed);
    return fmt::format("{} is {}; expected: {}", field.name, field.actual, field.expected);
}

std::string details_of(const message& about)
{
    std::string out;
    for (const auto& field : about.fields)
        out += (out.empty() ? "" : "\n") + words_of(field);
    if (about.more_fields > 0)
        out += fmt::format("\nand {} more fields", about.more_fields);
    add_line(out, "Changed by", about.actor);
    add_line(out, "Since", about.since);
    add_line(out, "Again", about.occurrences);
    add_line(out, "Part of incident", incident_line(about));
    add_line(out, "Acknowledged", about.acknowledged);
    add_line(out, "Exposure", about.exposure);
    add_line(out, "Quarantine", about.quarantine);
    if (about.first.empty())
        add_line(out, "Next", next_command(about));
    else
        out += fmt::format("{}What to do first:\n{}", out.empty() ? "" : "\n", numbered(about.first));
    return out;
}

std::string id_with_state(const message& about)
{
    return id_with_state(about.id, about.state);
}

std::string next_command(const message& about)
{
    return about.status == "open" && about.is_there
               ? fmt::format("trunkwarden ack {} --reason TEXT", id_with_state(about))
               : std::string("trunkwarden findings");
}

std::string what_is_next(const message& about)
{
    return about.first.empty() ? next_command(about) : numbered(about.first);
}

std::string_view words_for_event(std::string_view event)
{
    struct row {
        std::string_view event;
        std::string_view words;
    };
    constexpr std::array<row, 8> table{{{"opened", "New finding"},
                                        {"changed", "Finding changed"},
                                        {"acknowledged", "Acknowledged"},
                                        {"contained", "Contained"},
                                        {"recreated", "Came back after containment"},
                                        {"resolved", "Resolved"},
                                        {"reminder", "Still open"},
                                        {"test", "Test"}}};
    const auto* found = std::ranges::find(table, event, &row::event);
    return found == table.end() ? "Finding" : found->words;
}

std::string words_of_many(std::string_view account, std::size_t all, std::size_t told)
{
    const auto words = fmt::format("{} new findings at once on {}", all, printable(account));
    return told < all ? fmt::format("{}, {} of them told here", words, told) : words;
}

std::string shouted(std::string_view severity)
{
    std::string out(severity);
    std::ranges::transform(out, out.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return out;
}

severity weight_of(std::string_view level)
{
    return value_named<severity>(level).value_or(severity::critical);
}

std::vector<json::object> heaviest_first(std::vector<json::object> findings, std::size_t limit)
{
    std::ranges::stable_sort(findings, std::ranges::greater(), [](const json::object& finding) {
        return weight_of(printable_at(finding, "severity"));
    });
    findings.resize(std::min(findings.size(), limit));
    return findings;
}

}  // namespace trunkwarden
