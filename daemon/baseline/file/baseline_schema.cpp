#include "baseline/file/baseline_schema.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "baseline/file/baseline_keys.hpp"
#include "baseline/regions.hpp"
#include "catalogue/names.hpp"
#include "support/yaml/key_schema.hpp"

namespace trunkwarden {

namespace {

namespace json = boost::json;

// The form of one value for a YAML loader: which types, and how it is spelled when it is a string. An
// unquoted +14155550100 is a number to it.
struct look {
    std::string_view definition;
    std::string_view about;
    std::string_view pattern;
    bool number;
    bool flag;
};

constexpr std::string_view without_wildcard = "^([^*]|\\\\[*])*$";
constexpr std::string_view address =
    "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    "(/([0-9]|[12][0-9]|3[0-2]))?$"
    "|^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?$|^$";

constexpr std::array<look, 8> looks{{
    {"flag", "true or false", "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])?$", false, true},
    {"decimal", "a decimal number, such as 50 or 0.25",
     "^([+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,9})?)?$", true, false},
    {"word", "as the API writes it; no wildcard", without_wildcard, true, true},
    {"pattern", "* is any run of characters, \\* a star", "", true, true},
    {"address", "an IP address, or a network such as 198.51.100.0/28", address, false, false},
    {"number", "a number such as +14155550100, or with a wildcard, +1415*",
     "^([+][0-9]{1,15}|[+]?[0-9*]*[*][0-9*]*|[A-Za-z0-9._-]*)$", true, false},
    {"own_number", "a number such as +14155550100, or with a wildcard, +1415*",
     "^([+][0-9]{1,15}|[+]?[0-9*]*[*][0-9*]*)?$", true, false},
    {"id", "the object this entry pins; a list pins each of them", without_wildcard, true, true},
}};

std::string_view definition_of(const resource_type& type, const watched_field& field)
{
    switch (field.kind) {
        case value_kind::flag:
            return "flag";
        case value_kind::number:
        case value_kind::money:
            return "decimal";
        case value_kind::identifier:
        case value_kind::choice:
            return "word";
        case value_kind::ip:
        case value_kind::cidr:
            return "address";
        case value_kind::e164:
            return field.name == type.id ? "own_number" : "number";
        case value_kind::country_set:
            return "regions";
        case value_kind::text_set:
            return "set";
        default:
            return "pattern";
    }
}

json::array types_of(const look& look)
{
    json::array out{"string"};
    if (look.number)
        out.emplace_back("number");
    if (look.flag)
        out.emplace_back("boolean");
    return out;
}

// One value or a list of them; an id cannot be empty, another value can.
json::object value_or_list(const look& look)
{
    const bool may_be_empty = look.definition != "id";
    json::object object{{"type", types_of(look)}};
    if (may_be_empty)
        object.at("type").as_array().emplace_back("null");
    else
        object.emplace("minLength", 1);
    if (!look.pattern.empty())
        object.emplace("pattern", view(look.pattern));
    json::object both = object;
    both.at("type").as_array().emplace_back("array");
    both.emplace("items", std::move(object));
    both.emplace("minItems", 1);
    return both;
}

json::object definitions()
{
    json::object out;
    for (const auto& each : looks)
        out.emplace(view(each.definition), value_or_list(each));
    auto countries = json_list(regions());
    countries.emplace_back("*");
    out.emplace("region", json::object{{"enum", std::move(countries)}});
    const json::object region{{"$ref", "#/definitions/region"}};
    out.emplace("regions",
                json::object{{"anyOf", json::array{region, json::object{{"type", "array"}, {"items", region}},
                                                   json::object{{"enum", json::array{nullptr, ""}}}}}});
    json::object member{{"type", json::array{"string", "number", "boolean"}}};
    member.emplace("pattern", "^([^*]|\\\\[*])+$");
    json::object set{{"type", json::array{"array", "string", "number", "boolean", "null"}}};
    set.emplace("pattern", view(without_wildcard));
    set.emplace("items", std::move(member));
    out.emplace("set", std::move(set));
    out.emplace("note", json::object{{"type", json::array{"string", "number", "boolean", "null"}}});
    return out;
}

// Draft-07 ignores members beside a $ref; editors want the description nevertheless.
json::object described(std::string about, std::string_view definition)
{
    json::object value{{"description", std::move(about)}};
    value.emplace("allOf", json::array{json::object{{"$ref", fmt::format("#/definitions/{}", definition)}}});
    return value;
}

std::string about(const resource_type& type, const watched_field& field)
{
    const auto definition = definition_of(type, field);
    const auto* found = std::ranges::find(looks, definition, &look::definition);
    const auto form = found != looks.end()      ? found->about
                      : definition == "regions" ? std::string_view("ISO 3166 regions, as a set: [US, NO]")
                                                : std::string_view("a list whose order means nothing");
    const auto heavier = field.loosens == loosening::never
                             ? std::string()
                             : fmt::format(", {} when loosened", name_of(field.when_loosened));
    return fmt::format("{} ({}): {}. A change is {}{}.", field.name, name_of(field.kind), form,
                       name_of(field.when_changed), heavier);
}

// Fields below a dotted path may be written as `outbound.channel_limit: 5` or as a map, `outbound: {…}`.
void write_fields(const resource_type& type, std::string_view below, json::object& properties)
{
    for (const auto& field : type.fields) {
        if (field.kind == value_kind::secret || !field.name.starts_with(below))
            continue;
        const auto rest = field.name.substr(below.size());
        properties.emplace(view(rest), described(about(type, field), definition_of(type, field)));
        for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.', dot + 1)) {
            const auto group = rest.substr(0, dot);
            if (properties.contains(view(group)))
                continue;
            json::object members;
            write_fields(type, field.name.substr(0, below.size() + dot + 1), members);
            json::object map{{"description", fmt::format("Fields of {}.", group)}, {"type", "object"}};
            map.emplace("additionalProperties", false);
            map.emplace("properties", std::move(members));
            properties.emplace(view(group), std::move(map));
        }
    }
}

json::object note_schema(const entry_note& note)
{
    if (note.name != "expires")
        return described(std::string(note.about), "note");
    return {{"description", view(note.about)},
            {"type", "string"},
            {"pattern", view(date_pattern)},
            {"examples", json::array{"2027-03-31"}}};
}

json::object entry_schema(const resource_type& type)
{
    json::object properties;
    const bool has_word_of_its_own = type.id != "id" && !type.id.empty() && identity_field(type) == nullptr;
    if (!type.id.empty())
        properties.emplace("id",
                           described("The id of the object that this entry pins, or of several.", "id"));
    if (has_word_of_its_own)
        properties.emplace(view(type.id), described("The same as id.", "id"));
    write_fields(type, "", properties);
    std::vector<std::string_view> notes;
    for (const auto& note : entry_notes) {
        properties.emplace(view(note.name), note_schema(note));
        notes.push_back(note.name);
    }
    json::object entry{{"type", "object"}, {"additionalProperties", false}};
    // An entry of notes alone would trust everything.
    entry.emplace("not", json::object{{"propertyNames", json::object{{"enum", json_list(notes)}}}});
    if (has_word_of_its_own) {
        const std::array<std::string_view, 2> both{"id", type.id};
        entry.emplace("allOf",
                      json::array{json::object{{"not", json::object{{"required", json_list(both)}}}}});
    }
    entry.emplace("properties", std::move(properties));
    return entry;
}

json::object traffic_schema()
{
    json::object entry{{"type", "object"}};
    append_members(entry, key_schema(traffic_keys, traffic_entry{}, {}));
    return {{"description",
             "The traffic that is trusted, by product, connection and country, and how much of it. Left out: "
             "nothing is read or judged."},
            {"type", "array"},
            {"minItems", 1},
            {"maxItems", most_traffic_entries},
            {"items", std::move(entry)}};
}

}  // namespace

json::object baseline_schema(std::span<const resource_type> types)
{
    json::object properties;
    properties.emplace("version", json::object{{"description", "The only version there is."},
                                               {"enum", json::array{1, "1"}}});
    properties.emplace(
        "organization_id",
        described("A key of another organisation is refused before anything is judged.", "note"));
    json::object two_factor{{"description",
                             "No endpoint shows two-factor authentication: a person looks at the "
                             "portal and says so here."},
                            {"type", json::array{"object", "null"}}};
    append_members(two_factor, key_schema(two_factor_keys, two_factor_policy{}, {}));
    properties.emplace("two_factor", std::move(two_factor));
    json::object spending{
        {"description", "The limits on spending, as the balance shows it. Left out: nothing is judged."},
        {"type", "object"}};
    append_members(spending, key_schema(spending_keys, spending_policy{}, {}));
    properties.emplace("spending", std::move(spending));
    properties.emplace("traffic", traffic_schema());
    json::object call_limits{
        {"description",
         "The most calls that may run at the same time, for each connection or application "
         "that shows its calls. Left out: nothing is judged."},
        {"type", "array"},
        {"maxItems", max_call_limits}};
    json::object call_limit_of_one{{"type", "object"},
                                   {"required", json::array{"connection_id", "max_calls"}}};
    append_members(call_limit_of_one, key_schema(call_limit_keys, call_limit{}, {}));
    call_limits.emplace("items", std::move(call_limit_of_one));
    properties.emplace("active_calls", std::move(call_limits));
    for (const auto& type : types) {
        if (!has_entries(type))
            continue;
        json::object section{{"description", view(type.guards)}, {"type", json::array{"array", "null"}}};
        section.emplace("items", entry_schema(type));
        properties.emplace(view(type.name), std::move(section));
    }
    json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                        {"$id", "file:///usr/share/trunkwarden/schema/baseline.schema.json"},
                        {"title", "trunkwarden baseline"},
                        {"description",
                         "Everything that an account is trusted to hold: an object that no entry covers is a "
                         "finding."},
                        {"type", "object"},
                        {"required", json::array{"version"}},
                        {"additionalProperties", false}};
    schema.emplace("properties", std::move(properties));
    schema.emplace("definitions", definitions());
    return schema;
}

}  // namespace trunkwarden
