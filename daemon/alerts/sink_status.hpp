#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "settings/settings.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// How it goes with the messages to one sink.
struct sink_status {
    std::string name;
    sink_type type{};
    std::size_t pending = 0;
    std::size_t dead = 0;  // refused for good, kept in the state file
    std::optional<time_point> last_delivered;
    std::string last_error;  // "" when the last attempt was fine, and reached every recipient
    // How far the receiver's clock is ahead of ours, as its last answer had the time; negative when behind.
    std::optional<std::chrono::milliseconds> clock_ahead = {};
};

}  // namespace trunkwarden
