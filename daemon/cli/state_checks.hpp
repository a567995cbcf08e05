#pragma once

#include <filesystem>

#include "cli/doctor_checks.hpp"

namespace trunkwarden {

// Checks the state file, and its disk: whether that answers, has space, takes writes and locks as SQLite
// needs it. Waits 5 s at most.
void check_state(const std::filesystem::path& state_file, doctor_checks& out);

}  // namespace trunkwarden
