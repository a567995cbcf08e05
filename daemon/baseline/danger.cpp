#include "baseline/danger.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "destinations/destination.hpp"
#include "snapshot/canonical.hpp"

namespace trunkwarden {

namespace {

std::string danger_of_number(std::string_view number)
{
    const auto reached = weigh_destination(number);
    return costs_dearly(reached.risk) ? fmt::format("calls go to {}", describe(reached)) : std::string{};
}

std::string danger_of_direction(const watched_field& field, std::string_view value)
{
    if (field.loosens == loosening::when_true && value == "true")
        return fmt::format("{} is on", field.name);
    if (field.loosens == loosening::when_false && value == "false")
        return fmt::format("{} is off", field.name);
    if (field.loosens == loosening::when_raised && value.empty())
        return fmt::format("{} is not set: there is no limit", field.name);
    return {};
}

}  // namespace

std::string danger_of(const resource_type& type, const watched_field& field, std::string_view value)
{
    const bool is_destination = field.kind == value_kind::e164 && field.name != type.id;
    if (is_destination && !value.empty())
        return danger_of_number(value);
    if (field.kind == value_kind::url && value.starts_with("http://"))
        return fmt::format("{} is not HTTPS: whoever sits between can answer", field.name);
    if (field.kind == value_kind::country_set &&
        std::ranges::count(members_of(value), std::string_view("*")) > 0)
        return fmt::format("{} allows every country", field.name);
    return danger_of_direction(field, value);
}

}  // namespace trunkwarden
