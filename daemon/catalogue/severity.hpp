#pragma once

#include <cstdint>
#include <string_view>

#include "support/enum_names.hpp"

namespace trunkwarden {

// How severe a deviation is.
enum class severity : std::uint8_t { info, low, medium, high, critical };

template <>
inline constexpr auto names_of<severity> = word_table<severity>("info", "low", "medium", "high", "critical");

}  // namespace trunkwarden
