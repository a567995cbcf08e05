#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diff/deviation.hpp"

namespace trunkwarden {

// One critical deviation of the account as a whole when what earlier runs remembered is lost, and nothing is
// done until a person says so; none when `how` (a sentence) is "".
std::vector<deviation> judge_lost_state(const std::string& how);

// The id of that deviation.
inline constexpr std::string_view state_file_id = "state_file";

}  // namespace trunkwarden
