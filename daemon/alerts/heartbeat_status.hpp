#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/clock.hpp"

namespace trunkwarden {

// How it goes with the heartbeat.
struct heartbeat_status {
    std::optional<time_point> last_taken;  // since the start
    std::string last_error;                // "" when the last attempt was fine
    std::string held_back;                 // why none is sent now; ""
    std::uint64_t failures = 0;            // since the start
};

}  // namespace trunkwarden
