#pragma once

#include "cli/report/terminal.hpp"

// How wide the reports are that tests read.

namespace trunkwarden::examples {

inline constexpr layout wide{styling::off, 100};

}  // namespace trunkwarden::examples
