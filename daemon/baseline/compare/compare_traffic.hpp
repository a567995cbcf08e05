#pragma once

#include "baseline/traffic_policy.hpp"
#include "support/config_change.hpp"

namespace trunkwarden {

// Says what traffic a baseline trusts that the one before did not, and the other way round.
void compare_traffic(const traffic_policy& before, const traffic_policy& after, config_changes& out);

}  // namespace trunkwarden
