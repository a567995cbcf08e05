#pragma once

#include <span>
#include <vector>

#include "baseline/baseline.hpp"
#include "baseline/lint/lint_issue.hpp"
#include "snapshot/objects.hpp"

// The parts of lint, one for each kind of question. An entry that ran out trusts nothing: only that is
// reported about it.

namespace trunkwarden {

// Issues of one entry alone.
void lint_entry(const resource_type& type, const entry& some, day today, std::vector<lint_issue>& to);

// Entries that say what an earlier one says. A rule is compared with at most 256 earlier ones at each place
// where they may be found (rule_index.hpp), so that thousands of much alike cost no minutes.
void lint_overlaps(const resource_type& type, const entry_list& trusted, day today,
                   std::vector<lint_issue>& to);

// Issues that show when the rules are compared with the objects of the account.
void lint_matches(const resource_type& type, const entry_list& trusted, const object_list& live, day today,
                  std::vector<lint_issue>& to);

// Secrets of trusted objects that the account does not show.
void lint_secrets(const resource_type& type, const entry_list& trusted, const object_list& live,
                  std::vector<lint_issue>& to);

// Fields of an extra resource that no object of the account has: a person wrote their names.
void lint_extra_fields(const resource_type& type, const entry_list& trusted, const object_list& live,
                       std::vector<lint_issue>& to);

// Applications that may dial, and whose calls are not counted, although the section is there.
void lint_active_calls(std::span<const resource_type> types, const active_calls_policy& policy,
                       std::span<const object_list* const> live, std::vector<lint_issue>& to);

// Issues of the limits on spending alone.
void lint_spending(const spending_policy& policy, std::vector<lint_issue>& to);

}  // namespace trunkwarden
