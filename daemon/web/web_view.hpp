#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "status/daemon_status.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// What a caller may do, by the door it came through.
enum class web_door : std::uint8_t {
    reading,             // TCP
    reading_and_reload,  // TCP with web.enable_lifecycle
    everything,          // the control socket
};

// What the pages show and what can be asked of the daemon, at the moment of a request.
struct web_view {
    std::vector<std::string> waiting_for;  // accounts without a complete sweep yet; none: ready
    std::function<std::string()> metrics;  // the exposition, made only when it is asked for
    daemon_controls controls = {};         // its status, too, is made only when it is asked for
    web_door door = web_door::reading;
    time_point now = {};
};

}  // namespace trunkwarden
