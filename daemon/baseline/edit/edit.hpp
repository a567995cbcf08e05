#pragma once

#include <span>
#include <string_view>

#include "baseline/edit/acceptance.hpp"
#include "catalogue/resource_type.hpp"

// The text of a baseline, changed so that it trusts what was found, and nothing else. Every byte that need
// not change stays. decisions/0020-accepting-findings.md says what becomes of which finding.

namespace trunkwarden {

// `types` is what the baseline is read with, `type` one of them.
acceptance accept(std::string_view text, std::span<const resource_type> types, const resource_type& type,
                  const untrusted_object& seen, const acceptance_terms& terms);

}  // namespace trunkwarden
