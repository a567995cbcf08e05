#pragma once

#include <string>

#include "status/daemon_status.hpp"

namespace trunkwarden {

// Whether all is well, in one sentence. Well means: everything was read, nothing unexpected was found, and
// alerts reach their receivers. An unknown part is never well.
struct health {
    bool well = false;
    std::string sentence = {};  // may hold what a receiver or a file system said; not escaped
    bool found = false;         // something is open
};

health health_of(const daemon_status& status, time_point now);

}  // namespace trunkwarden
