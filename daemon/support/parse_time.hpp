#pragma once

#include <optional>
#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// A time as the API writes it: 2026-11-22T10:00:04Z, with or without a fraction; without a zone it is UTC
// (Telnyx leaves the zone out in places). A leap second is the second after it. From earliest_time to
// latest_time; nullopt when it is none.
std::optional<time_point> parse_time(std::string_view text);

}  // namespace trunkwarden
