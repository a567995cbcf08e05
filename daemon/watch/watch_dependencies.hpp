#pragma once

#include "alerts/event_sink.hpp"
#include "metrics/metrics.hpp"
#include "state/background_writer.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "watch/start_pace.hpp"

namespace trunkwarden {

// The parts that the watch of every account works with. They outlive the watches.
struct watch_dependencies {
    logger& log;
    metrics& counters;
    background_writer& state;
    event_sink& events;
    async_event& progress;  // notified when a sweep ended, and when events left a pipeline
    start_pace& pace;
};

}  // namespace trunkwarden
