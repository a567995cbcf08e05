#pragma once

#include "alerts/event_sink.hpp"
#include "metrics/metrics.hpp"
#include "state/state_keeper.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// What the watch of every account works with. It outlives the watches.
struct watch_dependencies {
    logger& log;
    metrics& counters;
    state_keeper& state;
    event_sink& events;
};

}  // namespace trunkwarden
