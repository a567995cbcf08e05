#pragma once

#include <cstddef>
#include <vector>

#include "containment/action.hpp"
#include "findings/ledger.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// Logs that an action came into its state: as a warning where the account was changed, or a person has to
// act.
void log_action(logger& log, const action& action);

// How many open findings have a last action that did not work. One that worked later is over.
std::size_t count_failed(const std::vector<action>& actions, const ledger& findings);

}  // namespace trunkwarden
