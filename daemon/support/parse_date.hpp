#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// 2027-03-31: a day that the calendar has, written with all its digits.
std::optional<day> parse_date(std::string_view text);

// The end of a sentence about a text that is no date: `; that month ends on 2027-02-28`, where it is a day too
// many, or "".
std::string date_suggestion(std::string_view text);

}  // namespace trunkwarden
