#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "cli/doctor_checks.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Judges the status of the running daemon (/api/v1/status): whether it is well, of this version, whether
// its metrics are read at `listen_address` ("": switched off), its log taken, and its clock that of its
// sinks. Pure.
void judge_status(const std::string& listen_address, const boost::json::object& status, time_point now,
                  doctor_checks& out);

}  // namespace trunkwarden
