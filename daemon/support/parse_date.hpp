#pragma once

#include <optional>
#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// 2027-03-31: a day that the calendar has, written with all its digits.
std::optional<day> parse_date(std::string_view text);

}  // namespace trunkwarden
