#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "support/json_view.hpp"
#include "support/yaml/key_table.hpp"

namespace trunkwarden {

inline constexpr std::string_view date_pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

// 30s, 5m, 4h, 30d: with the largest unit that leaves nothing over.
std::string duration_text(std::chrono::milliseconds span);

inline boost::json::array json_list(std::span<const std::string_view> words)
{
    boost::json::array out;
    for (const auto word : words)
        out.emplace_back(view(word));
    return out;
}

// The members of `from` after those of `to`.
inline void append_members(boost::json::object& to, const boost::json::object& from)
{
    for (const auto& member : from)
        to.insert_or_assign(member.key(), member.value());
}

// Writes what a table of keys says as JSON Schema (draft-07); see key_schema. Every scalar is text to the
// parser, so a value that a YAML loader may read as a number or a flag is allowed as such; and null is a key
// without a value, the same as leaving it out.
template <class Struct>
class schema_writer {
public:
    using json = boost::json::object;

    schema_writer(const Struct& defaults, std::span<const std::string_view> resources)
        : defaults_(defaults), resources_(resources)
    {
    }

    template <class Is>
    void write(const key<Is>& row, json& properties, boost::json::array& required)
    {
        json value{{"description", view(row.about)}};
        append_members(value, schema_of(row.is, row.needed.empty()));
        properties.emplace(view(row.name), std::move(value));
        if (!row.needed.empty())
            required.emplace_back(view(row.name));
    }

    template <class Part, class Keys>
    void write(const part<Struct, Part, Keys>& nested, json& properties, boost::json::array& required)
    {
        schema_writer<Part> inner(defaults_.*nested.member, resources_);
        std::apply([&](const auto&... rows) { (inner.write(rows, properties, required), ...); }, nested.keys);
    }

private:
    static boost::json::array types(std::initializer_list<std::string_view> some, bool may_be_null)
    {
        boost::json::array out = json_list({some.begin(), some.size()});
        if (may_be_null)
            out.emplace_back("null");
        return out;
    }

    json schema_of(const key_is::text<Struct>& is, bool may_be_null) const
    {
        json out{{"type", is.pattern.empty() ? types({"string", "number", "boolean"}, may_be_null)
                                             : types({"string"}, may_be_null)}};
        out.emplace("pattern", view(is.pattern.empty() ? "^[^\\u0000-\\u001f]*$" : is.pattern));
        if (!may_be_null)
            out.emplace("minLength", 1);
        if (const auto& text = defaults_.*is.member; !text.empty())
            out.emplace("default", text);
        return out;
    }

    json schema_of(const key_is::path<Struct>& is, bool may_be_null) const
    {
        json out{{"type", types({"string", "number", "boolean"}, may_be_null)}};
        out.emplace("pattern", "^[^\\u0000-\\u001f]*$");
        if (!may_be_null)
            out.emplace("minLength", 1);
        if (const auto& path = defaults_.*is.member; !path.empty())
            out.emplace("default", path.string());
        return out;
    }

    json schema_of(const key_is::flag<Struct>& is, bool) const
    {
        return {{"type", {"boolean", "string", "null"}},
                {"pattern", "^(true|false)$"},
                {"default", defaults_.*is.member}};
    }

    json schema_of(const key_is::date<Struct>&, bool) const
    {
        return {{"type", {"string", "null"}}, {"pattern", view(date_pattern)}, {"examples", {"2026-11-01"}}};
    }

    json schema_of(const key_is::duration<Struct>& is, bool) const
    {
        return {{"type", {"string", "null"}},
                {"pattern", "^0*[1-9][0-9]*(ms|s|m|h|d)$"},
                {"default", duration_text(defaults_.*is.member)}};
    }

    json schema_of(const key_is::duration_or_zero<Struct>& is, bool) const
    {
        return {{"type", {"string", "null"}},
                {"pattern", "^[0-9]+(ms|s|m|h|d)$"},
                {"default", duration_text(defaults_.*is.member)}};
    }

    json schema_of(const key_is::whole_number<Struct>& is, bool) const
    {
        return {{"type", {"integer", "string", "null"}},
                {"minimum", is.least},
                {"maximum", is.most},
                {"pattern", "^[0-9]+$"},
                {"default", defaults_.*is.member}};
    }

    json schema_of(const key_is::optional_whole_number<Struct>& is, bool) const
    {
        return {{"type", {"integer", "string", "null"}},
                {"minimum", 0},
                {"maximum", is.most},
                {"pattern", "^[0-9]+$"}};
    }

    json schema_of(const key_is::money<Struct>&, bool) const
    {
        return {{"type", {"number", "string", "null"}},
                {"pattern", "^[0-9]{1,9}([.][0-9]{1,6})?$"},
                {"examples", {"25.00"}}};
    }

    json schema_of(const key_is::decimal<Struct>& is, bool) const
    {
        return {{"type", {"number", "string", "null"}},
                {"minimum", is.least},
                {"maximum", is.most},
                {"pattern", "^[0-9]+([.][0-9]*)?$"},
                {"default", defaults_.*is.member}};
    }

    // A key that must be there has no default.
    template <class Choice>
    json schema_of(const key_is::one_of<Struct, Choice>& is, bool may_be_null) const
    {
        json out{{"enum", json_list(names_of<key_is::choice_of<Choice>>.values)}};
        if (!may_be_null)
            return out;
        out.at("enum").get_array().emplace_back(nullptr);
        const std::optional<key_is::choice_of<Choice>> usual = defaults_.*is.member;
        if (usual)
            out.emplace("default", view(name_of(*usual)));
        return out;
    }

    json schema_of(const key_is::resource<Struct>&, bool) const
    {
        auto words = json_list(resources_);
        words.emplace_back(nullptr);
        return {{"enum", std::move(words)}};
    }

    json schema_of(const key_is::resources<Struct>&, bool) const
    {
        return {{"type", {"array", "null"}}, {"items", json{{"enum", json_list(resources_)}}}};
    }

    json schema_of(const key_is::texts<Struct>& is, bool) const
    {
        return {{"type", {"array", "null"}},
                {"items", json{{"type", "string"}, {"pattern", view(is.pattern)}}}};
    }

    template <class Part, class Keys, class Rules>
    json schema_of(const key_is::map<Struct, Part, Keys, Rules>& is, bool) const;
    template <class Part, class Keys, class Rules>
    json schema_of(const key_is::optional_map<Struct, Part, Keys, Rules>& is, bool) const;
    template <class Part, class Keys, class Rules>
    json schema_of(const key_is::list_of<Struct, Part, Keys, Rules>& is, bool may_be_null) const;

    const Struct& defaults_;
    std::span<const std::string_view> resources_;
};

// The members of an object's schema beside its type: its properties with their defaults, the required ones,
// and that there are no others.
template <class Struct, class... Rows>
boost::json::object key_schema(const std::tuple<Rows...>& keys, const Struct& defaults,
                               std::span<const std::string_view> resources)
{
    boost::json::object properties;
    boost::json::array required;
    schema_writer<Struct> writer(defaults, resources);
    std::apply([&](const auto&... rows) { (writer.write(rows, properties, required), ...); }, keys);
    boost::json::object out;
    if (!required.empty())
        out.emplace("required", std::move(required));
    out.emplace("additionalProperties", false);
    out.emplace("properties", std::move(properties));
    return out;
}

template <class Struct>
template <class Part, class Keys, class Rules>
boost::json::object schema_writer<Struct>::schema_of(const key_is::map<Struct, Part, Keys, Rules>& is,
                                                     bool) const
{
    json out{{"type", {"object", "null"}}};
    append_members(out, key_schema(is.keys, defaults_.*is.member, resources_));
    return out;
}

template <class Struct>
template <class Part, class Keys, class Rules>
boost::json::object schema_writer<Struct>::schema_of(
    const key_is::optional_map<Struct, Part, Keys, Rules>& is, bool) const
{
    json out{{"type", {"object", "null"}}};
    append_members(out, key_schema(is.keys, Part{}, resources_));
    return out;
}

template <class Struct>
template <class Part, class Keys, class Rules>
boost::json::object schema_writer<Struct>::schema_of(const key_is::list_of<Struct, Part, Keys, Rules>& is,
                                                     bool may_be_null) const
{
    json item{{"type", "object"}};
    append_members(item, key_schema(is.keys, Part{}, resources_));
    json out{{"type", types({"array"}, may_be_null)}};
    if (!may_be_null)
        out.emplace("minItems", 1);
    out.emplace("items", std::move(item));
    return out;
}

}  // namespace trunkwarden
