#pragma once

#include <span>

#include "baseline/baseline.hpp"
#include "support/config_change.hpp"

namespace trunkwarden {

// The differences between two baselines, as sentences such as "now trusts 198.51.100.0/28 on ips". Entries
// that only moved, were grouped or split, or have another reason, say nothing. `after` was read against
// `types`; a section of `before` about an extra resource whose fields were others is one that is gone. The
// cost grows with their entries, not with the product.
config_changes semantic_diff(std::span<const resource_type> types, const baseline& before,
                             const baseline& after);

}  // namespace trunkwarden
