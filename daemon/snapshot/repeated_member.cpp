#include "snapshot/repeated_member.hpp"

#include <boost/container/small_vector.hpp>

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

// Of an object that is no setting, but a map of thousands.
std::optional<std::string> repeated_of_many(std::span<const std::string_view> names)
{
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    return twice == sorted.end() ? std::nullopt : std::optional(std::string(*twice));
}

// Mostly one bit shows that a name is new.
std::optional<std::string> repeated_name(std::span<const std::string_view> names)
{
    if (names.size() > few_members)
        return repeated_of_many(names);
    std::array<std::uint64_t, bits / 64> seen{};
    for (std::size_t at = 0; at < names.size(); ++at) {
        const auto place = place_of(names[at]);
        auto& word = seen[place / 64];
        const auto bit = std::uint64_t{1} << place % 64;
        const auto before = names.first(at);
        if ((word & bit) != 0 && std::ranges::find(before, names[at]) != before.end())
            return std::string(names[at]);
        word |= bit;
    }
    return std::nullopt;
}

bool is_container(json_element value)
{
    return value.is_object() || value.is_array();
}

// Of everything within. No deeper than the parser reads.
std::optional<std::string> repeated_within(json_element value)
{
    std::optional<std::string> found;
    dom::array array;
    if (value.get_array().get(array) == simdjson::SUCCESS) {
        for (auto item = array.begin(); !found && item != array.end(); ++item)
            if (is_container(*item))
                found = repeated_within(*item);
        return found;
    }
    boost::container::small_vector<std::string_view, few_members> names;
    for (const auto member : dom::object(value))
        names.push_back(member.key);
    found = repeated_name({names.data(), names.size()});
    for (const auto member : dom::object(value))
        if (!found && is_container(member.value))
            found = repeated_within(member.value);
    return found;
}

}  // namespace

std::optional<std::string> repeated_member(std::span<const std::string_view> names,
                                           std::span<const json_element> values,
                                           std::span<const std::string_view> parts)
{
    auto found = repeated_name(names);
    for (std::size_t at = 0; !found && at < names.size(); ++at)
        if (is_container(values[at]) && std::ranges::find(parts, names[at]) != parts.end())
            found = repeated_within(values[at]);
    return found;
}

}  // namespace trunkwarden
