#pragma once

#include <string>
#include <vector>

#include "diff/deviation.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// One critical deviation of watch_cause::state_file, of kind changed, when what earlier runs remembered is
// lost, and nothing is done until a person says so; none without `how`, a sentence.
std::vector<deviation> judge_lost_state(const optional_reason& optional_reason);

}  // namespace trunkwarden
