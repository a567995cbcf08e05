#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {

// The text of a member; "" when it is missing or no string.
inline std::string_view string_at(const boost::json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(view(name));
    const auto* const text = found == nullptr ? nullptr : found->if_string();
    return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

// The same, cut to `limit` bytes and safe to print.
inline std::string printable_at(const boost::json::object& object, std::string_view name,
                                std::size_t limit = 400)
{
    return printable(string_at(object, name), limit);
}

// The object that is a member; nullptr when it is missing or no object.
inline const boost::json::object* object_at(const boost::json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(view(name));
    return found == nullptr ? nullptr : found->if_object();
}

// The whole number of a member; nullopt when it is missing, or no whole number from 0 on.
inline std::optional<std::uint64_t> whole_number_at(const boost::json::object& object, std::string_view name)
{
    const auto* const found = object.if_contains(view(name));
    if (found == nullptr)
        return std::nullopt;
    boost::json::error_code failed;
    const auto number = found->to_number<std::uint64_t>(failed);
    return failed ? std::nullopt : std::optional(number);
}

// The objects of a list; none when it is missing or no list.
inline std::vector<const boost::json::object*> objects_at(const boost::json::object& object,
                                                          std::string_view name)
{
    std::vector<const boost::json::object*> out;
    const auto* const found = object.if_contains(view(name));
    if (const auto* const list = found == nullptr ? nullptr : found->if_array())
        for (const auto& item : *list)
            if (item.is_object())
                out.push_back(&item.get_object());
    return out;
}

// The dotted paths of every scalar and array, behind `prefix`.
inline std::vector<std::string> dotted_paths_in(const boost::json::object& object,
                                                const std::string& prefix = {})
{
    std::vector<std::string> out;
    for (const auto& [name, value] : object) {
        auto path = prefix + std::string(name.data(), name.size());
        if (const auto* const inner = value.if_object())
            for (auto& further : dotted_paths_in(*inner, path + '.'))
                out.push_back(std::move(further));
        else
            out.push_back(std::move(path));
    }
    return out;
}

}  // namespace trunkwarden
