#pragma once

#include <vector>

#include "containment/planning_input.hpp"

namespace trunkwarden {

// The offers to switch outbound voice profiles off because something comes back again and again. Pure.
std::vector<action> escalations(const planning_input& with);

}  // namespace trunkwarden
