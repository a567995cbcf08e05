#pragma once

#include "baseline/baseline.hpp"

namespace trunkwarden {

// Whether two baselines say the same about a resource that is a use of the account. Pure.
bool allows_the_same(const baseline& before, const baseline& after, const resource_type& use);

}  // namespace trunkwarden
