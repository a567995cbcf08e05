#pragma once

#include <vector>

#include "status/daemon_status.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Adds the chosen ones of all actions to the report: those that have not ended first, because they may need a
// person, and of both the newest first. Fewer than asked for when they are large. Fails with not_found when
// there is no action of the id that the selection names.
result<void> add_page(quarantine_report& to, std::vector<const action*> all, const action_selection& chosen);

}  // namespace trunkwarden
