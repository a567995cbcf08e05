#pragma once

#include <filesystem>

#include "cli/doctor_checks.hpp"

namespace trunkwarden {

// Checks whether this host suits a program that runs as long as the daemon does: open files, sizes of files,
// and a disk for the state file that locks as SQLite needs it.
void check_host(const std::filesystem::path& state_file, doctor_checks& out);

}  // namespace trunkwarden
