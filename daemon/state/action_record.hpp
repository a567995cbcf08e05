#pragma once

#include <string>
#include <string_view>

#include "containment/action.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// An action as the state file keeps it, JSON. Fails with not_understood for what another version wrote.
std::string record_of(const action& action);
result<action> action_of(std::string_view record);

}  // namespace trunkwarden
