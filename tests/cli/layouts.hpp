#pragma once

#include "cli/terminal.hpp"

// How wide the reports are that tests read.

namespace trunkwarden::examples {

inline constexpr layout wide{styling::off, 100};

}  // namespace trunkwarden::examples
