#include "snapshot/answer_form.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <vector>

#include "support/first_of.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

std::string names_of_members(json_element object)
{
    std::vector<std::string_view> names;
    for (const auto member : simdjson::dom::object(object))
        names.push_back(member.key);
    return quoted_names(names);
}

std::string form_of_value(json_element value)
{
    switch (value.type()) {
        case simdjson::dom::element_type::ARRAY:
            return "an array";
        case simdjson::dom::element_type::OBJECT:
            return "an object with " + names_of_members(value);
        case simdjson::dom::element_type::STRING:
            return "text";
        case simdjson::dom::element_type::BOOL:
            return "true or false";
        case simdjson::dom::element_type::NULL_VALUE:
            return "null";
        default:
            return "a number";
    }
}

}  // namespace

std::string quoted_names(std::span<const std::string_view> names)
{
    constexpr std::size_t most = 10;
    return names.empty() ? "no members"
                         : first_of(names, most, [](std::string_view name) { return quoted_text(name); });
}

std::string form_of(json_element answer)
{
    if (!answer.is_object())
        return "it is " + form_of_value(answer);
    json_element data;
    if (answer["data"].get(data) == simdjson::SUCCESS)
        return "its \"data\" is " + form_of_value(data);
    return "it has " + names_of_members(answer);
}

}  // namespace trunkwarden
