#pragma once

#include <vector>

#include "account/account.hpp"
#include "diff/deviation.hpp"
#include "findings/ledger.hpp"

// How a sweep evaluates the values that a containment of use switched off (memory.stopped).

namespace trunkwarden {

// Notes for each stopped value whether the objects still show it: somebody may have switched it on again.
void see_stopped(account_memory& memory, const resource_type& type, const object_list& objects,
                 const observation& observation);

// Removes the stopped values from the fields of each deviation. Returns the deviations that consist of
// stopped values only; these keep their fields in `deviations`, too.
std::vector<deviation> leave_stopped_values(const account_memory& memory, std::vector<deviation>& deviations);

// Marks the findings of `stopped` as contained and replaces their events: an action of the quarantine raises
// no alert.
void contain_stopped(account& account, const std::vector<deviation>& stopped, time_point now,
                     std::vector<finding_event>& events);

}  // namespace trunkwarden
