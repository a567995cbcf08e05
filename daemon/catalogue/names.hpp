#pragma once

#include <array>
#include <string_view>

#include "catalogue/resource_type.hpp"

// The words that users read for the catalogue's choices.

namespace trunkwarden {

constexpr std::string_view name_of(severity level)
{
    constexpr std::array<std::string_view, 5> names{"info", "low", "medium", "high", "critical"};
    return names[static_cast<std::size_t>(level)];
}

constexpr std::string_view name_of(value_kind kind)
{
    constexpr std::array<std::string_view, 15> names{"text",  "choice",    "id",   "flag",      "number",
                                                     "money", "IP",        "CIDR", "host name", "E.164",
                                                     "URL",   "countries", "set",  "time",      "secret"};
    return names[static_cast<std::size_t>(kind)];
}

constexpr std::string_view name_of(undoing undo)
{
    constexpr std::array<std::string_view, 3> names{"exact", "new id", "impossible"};
    return names[static_cast<std::size_t>(undo)];
}

}  // namespace trunkwarden
