#pragma once

#include <cstddef>
#include <vector>

#include "account/account.hpp"
#include "use/judge_spending.hpp"

// Shared by the watches of the use of an account. The last step of judging by limits on use, as sweep.hpp is
// that of lists.

namespace trunkwarden {

// The open findings of the use itself, as they were reported last.
std::vector<told_excess> told_in(const ledger& findings, const resource_type& type);

// The limits that are passed, as they were reported last.
std::vector<told_excess> excesses_told(const ledger& findings, const resource_type& type);

// Takes the deviations into the ledger, with what can be lost through each, and publishes the events.
void apply_use(account& account, std::size_t place, std::vector<deviation> deviations,
               const observation& observation);

// The section was taken out, or was not there: without limits nothing is reported.
void leave_out_use(account& account, std::size_t place);

}  // namespace trunkwarden
