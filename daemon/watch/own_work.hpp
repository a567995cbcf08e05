#pragma once

#include <cstddef>
#include <vector>

#include "account/account.hpp"
#include "diff/deviation.hpp"
#include "findings/ledger.hpp"
#include "snapshot/objects.hpp"

// The changes that trunkwarden lockdown reported, and the readings that show them
// (docs/decisions/0044-own-work.md).

namespace trunkwarden {

// lockdown reports a change. The next reading of the list is judged even when it shows the same as the last.
// (Nothing is read for it: lockdown needs the allowance of requests.)
void note_own_change(account& account, own_change told);

// A reading shows these objects, which are judged next. The secrets of those that are exactly as lockdown
// left them are the accepted ones, where lockdown made them.
void take_own_work(account& account, std::size_t resource, const object_list& objects,
                   const observation& observation);

// Marks the deviations of objects that lockdown changes at this moment, and of those that it left like this.
// Returns the latter.
std::vector<deviation> set_own_work_aside(account& account, std::size_t resource,
                                          std::vector<deviation>& deviations, const observation& observation);

}  // namespace trunkwarden
