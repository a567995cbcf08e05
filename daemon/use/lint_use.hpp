#pragma once

#include <vector>

#include "baseline/lint/lint_issue.hpp"
#include "baseline/spending_policy.hpp"
#include "baseline/traffic_policy.hpp"
#include "use/propose_use.hpp"

namespace trunkwarden {

// The limits and destinations that the use of an account never came near: a thief may use the rest of them
// without being reported. Nothing is said about products that were not read. Pure.
void lint_use(const spending_policy& spending, const traffic_policy& traffic, const seen_use& seen,
              std::vector<lint_issue>& to);

}  // namespace trunkwarden
