#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace trunkwarden::simulator {

// The faults of the audit log as it is shown; the log itself stays as it is.
struct audit_view {
    std::size_t ends_at = std::string::npos;  // events from here on are not shown
    std::chrono::milliseconds late{0};        // an event is shown so long after it was made
    bool unordered = false;  // every second event first, against the order that was asked for
    bool repeated = false;   // a page's first event again at its end, its last one again on the next page
    bool empty = false;      // no event at all
    bool odd = false;        // after the others, events of unknown kinds and items that are no events
};

}  // namespace trunkwarden::simulator
