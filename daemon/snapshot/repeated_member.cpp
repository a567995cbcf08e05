#include "snapshot/repeated_member.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t few_members = 64;
constexpr std::size_t bits = 512;

std::size_t place_of(std::string_view name)
{
    if (name.empty())
        return 0;
    const auto at = [name](std::size_t place) { return static_cast<unsigned char>(name[place]); };
    return (name.size() * 37U + at(0) * 5U + at(name.size() / 2) * 67U + at(name.size() - 1) * 17U) % bits;
}

bool is_among_first(dom::object object, std::size_t count, std::string_view name)
{
    for (auto member = object.begin(); count > 0; ++member, --count)
        if (member.key() == name)
            return true;
    return false;
}

// Of an object that is no setting, but a map of thousands.
std::optional<std::string> repeated_of_many(dom::object object)
{
    std::vector<std::string_view> names;
    for (const auto member : object)
        names.push_back(member.key);
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    return twice == names.end() ? std::nullopt : std::optional(std::string(*twice));
}

enum class reach { parts, everything };

// No deeper than the parser reads.
std::optional<std::string> repeated_in(json_element value, std::span<const std::string_view> parts, reach how)
{
    if (value.is_array()) {
        for (const json_element member : dom::array(value))
            if (auto name = repeated_in(member, parts, how))
                return name;
        return std::nullopt;
    }
    dom::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return std::nullopt;
    const bool is_setting = object.size() <= few_members;
    if (!is_setting)
        if (auto name = repeated_of_many(object))
            return name;
    std::array<std::uint64_t, bits / 64> seen{};  // mostly one bit tells that a name is new
    std::size_t count = 0;
    for (const auto member : object) {
        if (is_setting) {
            const auto place = place_of(member.key);
            auto& word = seen[place / 64];
            const auto bit = std::uint64_t{1} << place % 64;
            if ((word & bit) != 0 && is_among_first(object, count, member.key))
                return std::string(member.key);
            word |= bit;
            ++count;
        }
        const auto type = member.value.type();
        const bool is_container = type == dom::element_type::OBJECT || type == dom::element_type::ARRAY;
        if (is_container && (how == reach::everything || std::ranges::find(parts, member.key) != parts.end()))
            if (auto name = repeated_in(member.value, parts, reach::everything))
                return name;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> repeated_member(json_element object, std::span<const std::string_view> parts)
{
    return repeated_in(object, parts, reach::parts);
}

}  // namespace trunkwarden
