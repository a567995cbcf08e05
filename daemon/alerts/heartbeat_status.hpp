#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/clock.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// How it goes with the heartbeat.
struct heartbeat_status {
    std::optional<time_point> last_taken;  // since the start
    optional_reason last_error;            // of the last attempt
    optional_reason held_back;             // why none is sent now
    std::uint64_t failures = 0;            // since the start
};

}  // namespace trunkwarden
