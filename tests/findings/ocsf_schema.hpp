#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/json_view.hpp"

// The class Detection Finding (2004) of the Open Cybersecurity Schema Framework 1.3.0, and the objects that
// our events have in it: attributes, which of them are required, values of enumerations, and constraints.
// Written down from https://github.com/ocsf/ocsf-schema, tag 1.3.0 (events/base_event.json,
// events/findings/finding.json and detection_finding.json, includes/classification.json and occurrence.json,
// objects/*.json, dictionary.json), as https://schema.ocsf.io/1.3.0/classes/detection_finding shows them.
// Profiles are not used. No test may fetch the schema, so it is here.

namespace trunkwarden::ocsf {

namespace json = boost::json;

enum class form : std::uint8_t { text, number, texts, object, objects, any };

struct attribute {
    form has;
    bool is_required = false;
    std::string_view object_name = {};
};

constexpr attribute text{form::text};
constexpr attribute number{form::number};
constexpr attribute texts{form::texts};
constexpr attribute any{form::any};  // our events do not have it: its inside is not checked
constexpr attribute required_text{form::text, true};
constexpr attribute required_number{form::number, true};

struct object_schema {
    std::map<std::string_view, attribute> attributes;
    std::vector<std::string_view> at_least_one = {};
};

inline const std::map<std::string_view, object_schema> objects{
    {"detection_finding",
     {{{"activity_id", required_number},
       {"activity_name", text},
       {"category_name", text},
       {"category_uid", required_number},
       {"class_name", text},
       {"class_uid", required_number},
       {"type_name", text},
       {"type_uid", required_number},
       {"count", number},
       {"duration", number},
       {"end_time", number},
       {"start_time", number},
       {"time", required_number},
       {"timezone_offset", number},
       {"enrichments", any},
       {"message", text},
       {"metadata", {form::object, true, "metadata"}},
       {"observables", any},
       {"raw_data", text},
       {"severity", text},
       {"severity_id", required_number},
       {"status", text},
       {"status_code", text},
       {"status_detail", text},
       {"status_id", number},
       {"unmapped", any},
       {"comment", text},
       {"confidence", text},
       {"confidence_id", number},
       {"confidence_score", number},
       {"device", any},
       {"finding_info", {form::object, true, "finding_info"}},
       {"evidences", {form::objects, false, "evidences"}},
       {"impact", text},
       {"impact_id", number},
       {"impact_score", number},
       {"remediation", any},
       {"resources", {form::objects, false, "resource_details"}},
       {"risk_details", text},
       {"risk_level", text},
       {"risk_level_id", number},
       {"risk_score", number},
       {"vulnerabilities", any}}}},
    {"metadata",
     {{{"correlation_uid", text},
       {"event_code", text},
       {"extension", any},
       {"extensions", any},
       {"labels", texts},
       {"log_level", text},
       {"log_name", text},
       {"log_provider", text},
       {"log_version", text},
       {"logged_time", number},
       {"loggers", any},
       {"modified_time", number},
       {"original_time", text},
       {"processed_time", number},
       {"product", {form::object, true, "product"}},
       {"profiles", texts},
       {"sequence", number},
       {"tenant_uid", text},
       {"uid", text},
       {"version", required_text}}}},
    {"product",
     {{{"cpe_name", text},
       {"feature", any},
       {"lang", text},
       {"name", text},
       {"path", text},
       {"uid", text},
       {"url_string", text},
       {"vendor_name", required_text},
       {"version", text}},
      {"name", "uid"}}},
    {"finding_info",
     {{{"analytic", any},
       {"attacks", {form::objects, false, "attack"}},
       {"created_time", number},
       {"data_sources", texts},
       {"desc", text},
       {"first_seen_time", number},
       {"kill_chain", any},
       {"last_seen_time", number},
       {"modified_time", number},
       {"product_uid", text},
       {"related_analytics", any},
       {"related_events", any},
       {"src_url", text},
       {"title", required_text},
       {"types", texts},
       {"uid", required_text}}}},
    {"attack",
     {{{"sub_technique", any},
       {"tactic", any},
       {"tactics", any},
       {"technique", {form::object, false, "technique"}},
       {"version", text}},
      {"tactic", "technique", "sub_technique"}}},
    {"technique", {{{"name", text}, {"src_url", text}, {"uid", text}}, {"name", "uid"}}},
    {"resource_details",
     {{{"agent_list", any},
       {"cloud_partition", text},
       {"criticality", text},
       {"data", any},
       {"group", {form::object, false, "group"}},
       {"labels", texts},
       {"name", text},
       {"namespace", text},
       {"owner", any},
       {"region", text},
       {"type", text},
       {"uid", text},
       {"version", text}},
      {"name", "uid"}}},
    {"group",
     {{{"desc", text},
       {"domain", text},
       {"name", text},
       {"privileges", texts},
       {"type", text},
       {"uid", text}},
      {"name", "uid"}}},
    {"evidences",
     {{{"actor", {form::object, false, "actor"}},
       {"api", any},
       {"connection_info", any},
       {"container", any},
       {"data", any},
       {"database", any},
       {"databucket", any},
       {"device", any},
       {"dst_endpoint", any},
       {"email", any},
       {"file", any},
       {"job", any},
       {"process", any},
       {"query", any},
       {"src_endpoint", any},
       {"url", any},
       {"user", any}},
      {"actor", "api", "connection_info", "data", "database", "databucket", "device", "dst_endpoint", "email",
       "file", "process", "query", "src_endpoint", "url", "user", "job"}}},
    {"actor",
     {{{"app_name", text},
       {"app_uid", text},
       {"authorizations", any},
       {"idp", any},
       {"invoked_by", text},
       {"process", any},
       {"session", any},
       {"user", {form::object, false, "user"}}},
      {"process", "user", "invoked_by", "session", "app_name", "app_uid"}}},
    {"user",
     {{{"account", any},
       {"credential_uid", text},
       {"domain", text},
       {"email_addr", text},
       {"full_name", text},
       {"groups", any},
       {"ldap_person", any},
       {"name", text},
       {"org", any},
       {"risk_level", text},
       {"risk_level_id", number},
       {"risk_score", number},
       {"type", text},
       {"type_id", number},
       {"uid", text},
       {"uid_alt", text}},
      {"account", "name", "uid"}}},
};

// The values of an enumeration, with their captions, and the attribute that has the caption. Behind 99
// (Other) the source writes a caption of its own.
struct enumeration {
    std::string_view sibling;
    std::map<std::int64_t, std::string_view> captions;
    bool has_own_captions = true;
};

inline const std::map<std::string_view, enumeration> enumerations{
    {"activity_id",
     {"activity_name", {{0, "Unknown"}, {1, "Create"}, {2, "Update"}, {3, "Close"}, {99, "Other"}}}},
    {"category_uid", {"category_name", {{2, "Findings"}}}},
    {"class_uid", {"class_name", {{2004, "Detection Finding"}}}},
    {"type_uid",
     {"type_name",
      {{200400, "Detection Finding: Unknown"},
       {200401, "Detection Finding: Create"},
       {200402, "Detection Finding: Update"},
       {200403, "Detection Finding: Close"},
       {200499, "Detection Finding: Other"}},
      false}},
    {"severity_id",
     {"severity",
      {{0, "Unknown"},
       {1, "Informational"},
       {2, "Low"},
       {3, "Medium"},
       {4, "High"},
       {5, "Critical"},
       {6, "Fatal"},
       {99, "Other"}}}},
    {"status_id",
     {"status",
      {{0, "Unknown"}, {1, "New"}, {2, "In Progress"}, {3, "Suppressed"}, {4, "Resolved"}, {99, "Other"}}}},
};

inline bool fits(const json::value& value, form has)
{
    switch (has) {
        case form::text:
            return value.is_string() && !value.get_string().empty();
        case form::number:
            return value.is_int64() || value.is_uint64();
        case form::texts:
            return value.is_array() && std::ranges::all_of(value.get_array(), [](const json::value& item) {
                       return item.is_string();
                   });
        case form::object:
            return value.is_object();
        case form::objects:
            return value.is_array() && !value.get_array().empty() &&
                   std::ranges::all_of(value.get_array(),
                                       [](const json::value& item) { return item.is_object(); });
        case form::any:
            break;
    }
    return true;
}

// Each way in which an object is not as the schema wants it, a sentence each.
inline std::vector<std::string> faults_of_object(const json::object& said, std::string_view name)
{
    const auto& schema = objects.at(name);
    std::vector<std::string> out;
    const auto add = [&out](const json::value& inner, std::string_view inner_name) {
        for (auto& fault : faults_of_object(inner.get_object(), inner_name))
            out.push_back(std::move(fault));
    };
    for (const auto& [key, value] : said) {
        const std::string_view member(key.data(), key.size());
        const auto known = schema.attributes.find(member);
        if (known == schema.attributes.end())
            out.push_back(fmt::format("{} has no attribute {}", name, member));
        else if (!fits(value, known->second.has))
            out.push_back(fmt::format("{}.{} has another type: {}", name, member, json::serialize(value)));
        else if (known->second.has == form::object)
            add(value, known->second.object_name);
        else if (known->second.has == form::objects)
            for (const auto& item : value.get_array())
                add(item, known->second.object_name);
    }
    for (const auto& [member, known] : schema.attributes)
        if (known.is_required && !said.contains(view(member)))
            out.push_back(fmt::format("{} lacks {}, which is required", name, member));
    const auto is_there = [&said](std::string_view member) { return said.contains(view(member)); };
    if (!schema.at_least_one.empty() && std::ranges::none_of(schema.at_least_one, is_there))
        out.push_back(fmt::format("{} has none of {}", name, fmt::join(schema.at_least_one, ", ")));
    return out;
}

inline void add_faults_of_enumeration(std::vector<std::string>& to, const json::object& event,
                                      std::string_view member, const enumeration& known)
{
    constexpr std::int64_t other = 99;
    const auto* const value = event.if_contains(view(member));
    if (value == nullptr || !value->is_int64())
        return;  // required or not: faults_of_object() knows
    const auto caption = known.captions.find(value->get_int64());
    if (caption == known.captions.end()) {
        to.push_back(fmt::format("{} has no value {}", member, value->get_int64()));
        return;
    }
    const auto* const sibling = event.if_contains(view(known.sibling));
    const bool is_own = caption->first == other && known.has_own_captions;
    if (sibling != nullptr && sibling->is_string() && !is_own &&
        sibling->get_string() != view(caption->second))
        to.push_back(fmt::format("{} is {}, and {} is \"{}\"", member, caption->first, known.sibling,
                                 std::string_view(sibling->get_string())));
}

// The same of an event of the class.
inline std::vector<std::string> faults_of_event(const json::object& event)
{
    auto out = faults_of_object(event, "detection_finding");
    if (!out.empty())
        return out;
    for (const auto& [member, known] : enumerations)
        add_faults_of_enumeration(out, event, member, known);
    if (event.at("type_uid").as_int64() !=
        event.at("class_uid").as_int64() * 100 + event.at("activity_id").as_int64())
        out.emplace_back("type_uid is not class_uid * 100 + activity_id");
    if (event.at("metadata").at("version") != "1.3.0")
        out.emplace_back("metadata.version is another version of the schema");
    return out;
}

}  // namespace trunkwarden::ocsf
