#pragma once

#include "cli/doctor_checks.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {

// Checks the state file, or the database, and the disk of its lock: whether they answer, whether that has
// space, takes writes and locks as SQLite needs it. Waits 5 s at most.
void check_state(const state_place& place, doctor_checks& out);

}  // namespace trunkwarden
