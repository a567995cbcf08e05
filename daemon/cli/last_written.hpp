#pragma once

#include <filesystem>

#include "support/clock.hpp"

namespace trunkwarden {

// When the state file, or the part of it that is not merged yet, was last written.
time_point last_written(const std::filesystem::path& state_file);

}  // namespace trunkwarden
