#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Why the heartbeat must not say that the watch goes on; "" when it may. It goes on while each account is
// judged, and each of its lists was read to its last page within its stale time. Findings, sinks and the
// quarantine do not matter: what is found is told otherwise. Pure.
optional_reason why_no_heartbeat(const daemon_status& status, time_point now);

}  // namespace trunkwarden
