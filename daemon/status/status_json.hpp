#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "status/daemon_status.hpp"

// The values of /api/v1: what `trunkwarden status` and scripts read.

namespace trunkwarden {

// All findings of all accounts: by severity, then the newest first.
boost::json::array findings_json(const daemon_status& status);

// {"complete", "accounts": [{"account", "complete", "reason", "coverage": […]}]}, as `check --output=json`
// has it.
boost::json::object coverage_json(const daemon_status& status);

// Everything else, and one sentence that says whether all is well.
boost::json::object status_json(const daemon_status& status, time_point now);

}  // namespace trunkwarden
