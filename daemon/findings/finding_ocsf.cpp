#include "findings/finding_ocsf.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <utility>

#include "catalogue/severity.hpp"
#include "findings/finding.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"
#include "support/version.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::string_view ocsf_version = "1.3.0";
constexpr std::int64_t detection_finding = 2004;

// A value of one of the schema's enums, and its caption.
struct ocsf_word {
    std::int64_t id;
    std::string_view caption;
};

constexpr ocsf_word unknown_word{0, "Unknown"};
constexpr std::int64_t other = 99;  // its caption is the source's own, except in the name of a type

ocsf_word activity_of(std::string_view event, std::string_view status)
{
    if (event == "test")
        return {other, "Test"};
    if (event == "resolved" || (event.empty() && status == "resolved"))
        return {3, "Close"};
    if (event.empty() || event == "opened" || event == "opened_many")
        return {1, "Create"};
    return {2, "Update"};
}

ocsf_word severity_word_of(std::string_view level)
{
    constexpr auto words =
        table_for<severity>(ocsf_word{1, "Informational"}, ocsf_word{2, "Low"}, ocsf_word{3, "Medium"},
                            ocsf_word{4, "High"}, ocsf_word{5, "Critical"});
    const auto known = value_named<severity>(level);
    return known ? words[*known] : unknown_word;
}

ocsf_word status_word_of(std::string_view status)
{
    constexpr auto words = table_for<finding_status>(ocsf_word{1, "New"}, ocsf_word{2, "In Progress"},
                                                     ocsf_word{other, "Contained"}, ocsf_word{4, "Resolved"});
    const auto known = value_named<finding_status>(status);
    return known ? words[*known] : unknown_word;
}

// Milliseconds since 1970, as all times of the schema.
std::optional<std::int64_t> time_at(const json::object& finding, std::string_view name)
{
    const auto at = parse_time(string_at(finding, name));
    return at ? std::optional(milliseconds_of(*at)) : std::nullopt;
}

void put_moment(json::object& into, std::string_view name, const std::optional<std::int64_t>& at)
{
    if (at)
        into[view(name)] = *at;
}

void put_text(json::object& into, std::string_view name, std::string_view text)
{
    if (!text.empty())
        into[view(name)] = view(text);
}

void put_word(json::object& into, std::string_view id, std::string_view caption, const ocsf_word& word)
{
    into[view(id)] = word.id;
    into[view(caption)] = view(word.caption);
}

// When it happened, the same each time a message is sent again.
std::optional<std::int64_t> moment_of_event(const json::object& finding, const ocsf_word& activity)
{
    constexpr std::int64_t create = 1;
    const bool is_over = string_at(finding, "status") == "resolved";
    return time_at(finding, is_over ? "resolved_at" : activity.id == create ? "since" : "last_seen");
}

json::object finding_info_of(const json::object& finding)
{
    json::object out;
    put_text(out, "uid", string_at(finding, "id"));
    put_text(out, "title", string_at(finding, "title"));
    if (const auto kind = string_at(finding, "kind"); !kind.empty())
        out["types"] = json::array{view(kind)};
    if (const auto attack = string_at(finding, "attack"); !attack.empty()) {
        json::object technique{{"uid", view(attack)}};
        json::object named{{"technique", std::move(technique)}};
        out["attacks"] = json::array{std::move(named)};
    }
    put_moment(out, "created_time", time_at(finding, "since"));
    put_moment(out, "first_seen_time", time_at(finding, "first_seen"));
    put_moment(out, "last_seen_time", time_at(finding, "last_seen"));
    put_text(out, "src_url", string_at(finding, "url"));
    return out;
}

// The object that the finding is about; nullopt when it is not known: the schema wants a uid or a name.
std::optional<json::object> affected_resource_of(const json::object& finding)
{
    json::object out;
    put_text(out, "uid", string_at(finding, "resource_id"));
    put_text(out, "name", string_at(finding, "label"));
    if (out.empty())
        return std::nullopt;
    put_text(out, "type", string_at(finding, "resource"));
    if (const auto account = string_at(finding, "account"); !account.empty())
        out["group"] = json::object{{"name", view(account)}};
    return out;
}

// The user who made the change; nullopt when nobody is known.
std::optional<json::object> user_of(const json::object& finding)
{
    const auto* by = finding.if_contains("actor");
    if (by == nullptr || !by->is_object())
        return std::nullopt;
    const auto& said = by->get_object();
    json::object out;
    put_text(out, "uid", string_at(said, "user_id"));
    put_text(out, "email_addr", string_at(said, "email"));
    put_text(out, "name", string_at(said, "email"));
    return out.empty() ? std::nullopt : std::optional(std::move(out));
}

// The proof: who changed it, and the fields that differ.
json::array evidences_of(const json::object& finding)
{
    json::object proof;
    if (auto user = user_of(finding))
        proof["actor"] = json::object{{"user", std::move(*user)}};
    if (const auto* fields = finding.if_contains("fields");
        fields != nullptr && fields->is_array() && !fields->get_array().empty())
        proof["data"] = json::object{{"fields", *fields}};
    json::array out;
    if (!proof.empty())
        out.push_back(std::move(proof));
    return out;
}

json::object metadata_of(const json::object& finding)
{
    json::object product{{"name", "trunkwarden"}, {"vendor_name", "trunkwarden"}, {"version", view(version)}};
    json::object out{{"version", view(ocsf_version)}, {"product", std::move(product)}};
    put_text(out, "correlation_uid", string_at(finding, "incident"));
    return out;
}

// Members that the class has no place for.
json::object unmapped_of(const json::object& finding)
{
    constexpr std::array<std::string_view, 9> names{"account",      "state",      "exposure",
                                                    "acknowledged", "quarantine", "times",
                                                    "audit_trail",  "earlier",    "runbook_url"};
    json::object out;
    for (const auto name : names)
        if (const auto* value = finding.if_contains(view(name)); value != nullptr && !value->is_null())
            out[view(name)] = *value;
    return out;
}

}  // namespace

json::object to_ocsf(const json::object& finding, std::string_view event, time_point now)
{
    const auto status = string_at(finding, "status");
    const auto activity = activity_of(event, status);
    const bool is_over = status == "resolved";
    json::object out;
    put_word(out, "activity_id", "activity_name", activity);
    put_word(out, "category_uid", "category_name", {2, "Findings"});
    put_word(out, "class_uid", "class_name", {detection_finding, "Detection Finding"});
    const auto type_name =
        fmt::format("Detection Finding: {}", activity.id == other ? "Other" : activity.caption);
    put_word(out, "type_uid", "type_name", {detection_finding * 100 + activity.id, type_name});
    put_word(out, "severity_id", "severity", severity_word_of(string_at(finding, "severity")));
    put_word(out, "status_id", "status", status_word_of(status));
    out["time"] = moment_of_event(finding, activity).value_or(milliseconds_of(now));
    put_moment(out, "start_time", time_at(finding, "since"));
    put_moment(out, "end_time", is_over ? time_at(finding, "resolved_at") : std::nullopt);
    put_text(out, "message", string_at(finding, "title"));
    out["metadata"] = metadata_of(finding);
    out["finding_info"] = finding_info_of(finding);
    if (auto resource = affected_resource_of(finding))
        out["resources"] = json::array{std::move(*resource)};
    if (auto proofs = evidences_of(finding); !proofs.empty())
        out["evidences"] = std::move(proofs);
    out["unmapped"] = unmapped_of(finding);
    return out;
}

json::object ocsf_of_id(std::string_view id, std::string_view account, std::string_view severity,
                        time_point now)
{
    json::object finding;
    finding["id"] = view(id);
    finding["account"] = view(account);
    finding["severity"] = view(severity);
    finding["status"] = "open";
    finding["title"] =
        view(fmt::format("one of many findings at once; trunkwarden findings {} shows it", id));
    return to_ocsf(finding, "opened_many", now);
}

}  // namespace trunkwarden
