#pragma once

#include <cstddef>
#include <string_view>

#include "metrics/metrics.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// Says, in the log and in a metric, that something of the past is not remembered any more. `kind`: findings,
// unseen_findings, event_findings, recent_findings, actions, audit_events, secrets, events (of the history).
// Nothing when `count` is 0.
void note_forgotten(logger& log, metrics& counters, std::string_view kind, std::size_t count);

}  // namespace trunkwarden
