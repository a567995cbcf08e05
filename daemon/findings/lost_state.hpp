#pragma once

#include <string>
#include <vector>

#include "diff/deviation.hpp"

namespace trunkwarden {

// One critical deviation of watch_cause::state_file, of kind changed, when what earlier runs remembered is
// lost, and nothing is done until a person says so; none when `how` (a sentence) is "".
std::vector<deviation> judge_lost_state(const std::string& how);

}  // namespace trunkwarden
