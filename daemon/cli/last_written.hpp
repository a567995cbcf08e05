#pragma once

#include "state/state_file.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// When the state file, or the part of it that is not merged yet, was last written. A database shows all that
// was committed until now.
time_point last_written(const state_place& place);

}  // namespace trunkwarden
