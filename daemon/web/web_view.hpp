#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "status/daemon_status.hpp"
#include "status/explanation.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The rights of a caller, by the door it came through.
enum class access_level : std::uint8_t {
    read_only,  // TCP
    reload,     // TCP with web.enable_lifecycle
    admin,      // the control socket
};

// The content of the pages, and the functions behind the API, at the moment of a request.
struct web_view {
    std::vector<std::string> waiting_for;  // accounts without a complete sweep yet; none: ready
    std::function<std::string()> metrics;  // the exposition, made only when it is asked for
    daemon_controls controls = {};         // its status, too, is made only when it is asked for
    access_level access = access_level::read_only;
    time_point now = {};
    std::string by = {};  // the person who asks (peer_names.hpp); "" when not known
    // All that is known about an open finding. Its cost grows with the baseline: for the control socket only.
    // Fails with not_found.
    std::function<result<explanation>(const std::string& id)> explain = {};
    link_settings links = {};
};

}  // namespace trunkwarden
