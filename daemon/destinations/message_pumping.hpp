#pragma once

#include <algorithm>
#include <string_view>

#include "destinations/destination_table.hpp"

namespace trunkwarden::dialling_plan {

// Codes of countries to which thieves send messages, or let verifications be sent, because a carrier there
// shares the price with them ("SMS pumping"): Telnyx, "Rate limiting and fraud prevention for Verify", read
// November 2026. Calls to some of these countries cost no more than elsewhere, so their rows say foreign.
inline constexpr std::string_view pumped_codes[] = {
    "225",  // Ivory Coast
    "232",  // Sierra Leone
    "233",  // Ghana
    "234",  // Nigeria
    "256",  // Uganda
    "260",  // Zambia
};

static_assert(std::ranges::all_of(pumped_codes,
                                  [](std::string_view code) {
                                      return std::ranges::any_of(
                                          table, [code](const table_row& row) { return row.prefix == code; });
                                  }),
              "each is the code of one country");

}  // namespace trunkwarden::dialling_plan
