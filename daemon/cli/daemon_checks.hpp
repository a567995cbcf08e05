#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "cli/doctor_checks.hpp"
#include "support/clock.hpp"
#include "support/resource_limit.hpp"

namespace trunkwarden {

// Judges the status of the running daemon (/api/v1/status): whether it is well, of this version, whether
// its metrics are read at `listen_address` ("": switched off), its log, its messages and its heartbeat taken,
// its state file written, edited files taken, its clock that of its sinks, and its limits wide enough. Pure.
void judge_status(const std::string& listen_address, const boost::json::object& status, time_point now,
                  doctor_checks& out);

// Judges the limits of a process; `whose` is "in the daemon" or the like. Pure.
void judge_limits(const process_limits& limits, std::string_view whose, doctor_checks& out);

}  // namespace trunkwarden
