#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Why the heartbeat must not be sent; "" when it may. It is sent while each account is judged, and each of
// its lists was read to its last page within its stale time. Findings, sinks and the quarantine do not
// matter: findings are reported otherwise. Pure.
optional_reason why_no_heartbeat(const daemon_status& status, time_point now);

}  // namespace trunkwarden
