#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

#include "status/daemon_status.hpp"

namespace trunkwarden {

// The commands that can be typed about an action now.
std::vector<std::string> commands_of(const action& action);

// An action for scripts: its measure, reason and severity, its impact, the request, the object before
// (secrets as "(secret)"), its outcome, and the commands that can be typed next. Times are RFC 3339 in UTC.
boost::json::object to_json(const action& action);

boost::json::object quarantine_json(const quarantine_report& all);
boost::json::object outcome_json(const quarantine_outcome& outcome);

}  // namespace trunkwarden
