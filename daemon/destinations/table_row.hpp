#pragma once

#include <cstddef>
#include <string_view>

#include "destinations/destination_risk.hpp"

namespace trunkwarden::dialling_plan {

using enum destination_risk;  // so that a row of the table reads as data

// One line of the table: every number that begins with `prefix`, and with no longer one, is in `place`.
// A few premium ranges begin like ordinary numbers that are shorter; `least_digits` tells them apart.
struct table_row {
    std::string_view prefix;
    std::string_view place;
    std::string_view region;
    destination_risk risk = malformed;
    std::size_t least_digits = 0;
};

}  // namespace trunkwarden::dialling_plan
