#pragma once

#include <span>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/lint/lint_issue.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The objects of the account, for each of `types` in their order; nullptr where they are not known, and
// nothing is then said about what matches. An empty span: nothing is known.
using live_objects = std::span<const object_list* const>;

// The issues of a valid baseline, in the order of the file. `types` are those it was read by. Cost grows
// with the entries plus the objects, not with their product.
std::vector<lint_issue> lint(std::span<const resource_type> types, const baseline& trusted, day today,
                             live_objects live);

// For how many days before its end an entry, or the attestation, is said to end soon.
inline constexpr int days_before_an_entry_ends = 14;
inline constexpr int days_before_an_attestation_ends = 7;

}  // namespace trunkwarden
