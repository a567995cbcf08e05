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
    const auto at = [name](std::size_t place) -> std::size_t {
        return static_cast<unsigned char>(name[place]);
    };
    return (name.size() * 37 + at(0) * 5 + at(name.size() / 2) * 67 + at(name.size() - 1) * 17) % bits;
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

// Mostly one bit tells that a name is new.
std::optional<std::string> repeated_of_few(dom::object object)
{
    std::array<std::uint64_t, bits / 64> seen{};
    std::size_t count = 0;
    for (const auto member : object) {
        const auto place = place_of(member.key);
        auto& word = seen[place / 64];
        const auto bit = std::uint64_t{1} << place % 64;
        if ((word & bit) != 0 && is_among_first(object, count, member.key))
            return std::string(member.key);
        word |= bit;
        ++count;
    }
    return std::nullopt;
}

bool is_container(json_element value)
{
    return value.is_object() || value.is_array();
}

enum class reach { parts, everything };

bool is_looked_at(std::string_view name, std::span<const std::string_view> parts, reach how)
{
    return how == reach::everything || std::ranges::find(parts, name) != parts.end();
}

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
    auto found = object.size() <= few_members ? repeated_of_few(object) : repeated_of_many(object);
    for (auto member = object.begin(); !found && member != object.end(); ++member)
        if (is_container(member.value()) && is_looked_at(member.key(), parts, how))
            found = repeated_in(member.value(), parts, reach::everything);
    return found;
}

}  // namespace

std::optional<std::string> repeated_member(json_element object, std::span<const std::string_view> parts)
{
    return repeated_in(object, parts, reach::parts);
}

}  // namespace trunkwarden
