#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "support/yaml/closest_match.hpp"
#include "support/yaml/key_table.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/yaml_section.hpp"

namespace trunkwarden {

// Reads a section by its table into a struct; see read_keys. The context is what rules need to know; paths
// want its path_of(text), names of resources its `resources`.
template <class Context, class Struct>
class key_reader {
public:
    key_reader(yaml_section& section, const Context& context, Struct& into)
        : section_(section), context_(context), into_(into)
    {
    }

    template <class Is>
    void read(const key<Is>& row)
    {
        const auto before = section_.problems().count();
        read_value(row.name, row.is);
        if (!row.needed.empty() && is_missing(section_.take(row.name)) &&
            section_.problems().count() == before)
            section_.refuse(section_.at(), std::string(row.needed));
    }

    template <class Part, class Keys>
    void read(const part<Struct, Part, Keys>& nested)
    {
        key_reader<Context, Part> reader(section_, context_, into_.*nested.member);
        std::apply([&reader](const auto&... rows) { (reader.read(rows), ...); }, nested.keys);
    }

private:
    static bool is_missing(const yaml_node* value)
    {
        return value == nullptr || (value->is == yaml_node::form::scalar && value->text.empty()) ||
               (value->is == yaml_node::form::list && value->items.empty());
    }

    // A section with keys that it needs may be absent, and then lacks nothing.
    template <class... Rows>
    static bool needs_a_key(const std::tuple<Rows...>& keys)
    {
        return std::apply([](const auto&... rows) { return (is_needed(rows) || ...); }, keys);
    }

    template <class Is>
    static bool is_needed(const key<Is>& row)
    {
        return !row.needed.empty();
    }

    template <class Whole, class Part, class Keys>
    static bool is_needed(const part<Whole, Part, Keys>& nested)
    {
        return needs_a_key(nested.keys);
    }

    void read_value(std::string_view name, const key_is::text<Struct>& is)
    {
        section_.read(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::path<Struct>& is)
    {
        std::string written = (into_.*is.member).string();
        section_.read(name, written);
        into_.*is.member = context_.path_of(written);
    }

    void read_value(std::string_view name, const key_is::flag<Struct>& is)
    {
        section_.read(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::date<Struct>& is)
    {
        section_.read(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::duration<Struct>& is)
    {
        section_.read(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::duration_or_zero<Struct>& is)
    {
        section_.read_zero_or_more(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::whole_number<Struct>& is)
    {
        section_.read_whole(name, into_.*is.member, is.least, is.most);
    }

    void read_value(std::string_view name, const key_is::optional_whole_number<Struct>& is)
    {
        section_.read_whole(name, into_.*is.member, is.most);
    }

    void read_value(std::string_view name, const key_is::money<Struct>& is)
    {
        section_.read(name, into_.*is.member);
    }

    void read_value(std::string_view name, const key_is::decimal<Struct>& is)
    {
        section_.read_number(name, into_.*is.member, is.least, is.most);
    }

    template <class Choice>
    void read_value(std::string_view name, const key_is::one_of<Struct, Choice>& is)
    {
        using choice = key_is::choice_of<Choice>;
        if (const auto at = section_.take_choice(name, names_of<choice>.values))
            into_.*is.member = static_cast<choice>(*at);
    }

    void read_value(std::string_view name, const key_is::resource<Struct>& is)
    {
        if (const auto at = section_.take_choice(name, context_.resources))
            into_.*is.member = context_.resources[*at];
    }

    // One that is there twice is kept once.
    void read_value(std::string_view name, const key_is::resources<Struct>& is)
    {
        auto& into = into_.*is.member;
        for (const auto& item : section_.take_list(name)) {
            if (std::ranges::find(context_.resources, item.text) == context_.resources.end())
                section_.refuse(item.at, fmt::format("{} is not a resource{}", quoted_text(item.text),
                                                     suggestion(item.text, context_.resources)));
            else if (std::ranges::find(into, item.text) == into.end())
                into.push_back(item.text);
        }
    }

    void read_value(std::string_view name, const key_is::texts<Struct>& is)
    {
        for (const auto& item : section_.take_list(name))
            (into_.*is.member).push_back(item.text);
    }

    template <class Part, class Keys, class Rules>
    void read_value(std::string_view name, const key_is::map<Struct, Part, Keys, Rules>& is)
    {
        const auto* node = section_.take(name);
        if (node != nullptr || !needs_a_key(is.keys))
            read_part(node, name, is, into_.*is.member);
    }

    template <class Part, class Keys, class Rules>
    void read_value(std::string_view name, const key_is::optional_map<Struct, Part, Keys, Rules>& is)
    {
        if (const auto* node = section_.take(name))
            read_part(node, name, is, (into_.*is.member).emplace());
    }

    // Rules see the items before this one in the struct.
    template <class Part, class Keys, class Rules>
    void read_value(std::string_view name, const key_is::list_of<Struct, Part, Keys, Rules>& is)
    {
        for (const auto& node : section_.take_list(name)) {
            Part item;
            read_part(&node, is.item, is, item);
            (into_.*is.member).push_back(std::move(item));
        }
    }

    template <class Is, class Part>
    void read_part(const yaml_node* node, std::string_view name, const Is& is, Part& into);

    yaml_section& section_;
    const Context& context_;
    Struct& into_;
};

// Every key of the table, then a problem for each key that is in no row.
template <class Context, class Struct, class... Rows>
void read_keys(yaml_section& section, const Context& context, const std::tuple<Rows...>& keys, Struct& into)
{
    key_reader<Context, Struct> reader(section, context, into);
    std::apply([&reader](const auto&... rows) { (reader.read(rows), ...); }, keys);
    section.refuse_unknown_keys();
}

template <class Context, class Struct>
template <class Is, class Part>
void key_reader<Context, Struct>::read_part(const yaml_node* node, std::string_view name, const Is& is,
                                            Part& into)
{
    yaml_section section(node, name, section_.problems());
    if (!section.usable())
        return;
    read_keys(section, context_, is.keys, into);
    is.rules(section, context_, into);
}

}  // namespace trunkwarden
