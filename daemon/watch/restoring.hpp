#pragma once

#include "account/account.hpp"
#include "state/state_file.hpp"

// What an earlier run of the daemon left, given back to the account it belongs to.

namespace trunkwarden {

// The fingerprints of its secrets, and the key that made them. Before its first reading.
void restore_secrets(account& watched, const kept_state& kept);

// Its findings and what is known of its audit log.
void restore_history(account& watched, const kept_state& kept);

// These findings as ended, for the state file: of accounts that are not watched any more, so that nobody will
// ever say that they are over.
state_change ended(std::vector<finding> open, time_point now);

// What the account learned since the last call and no event says, for the state file. `holds` tells which
// findings are not to be written yet.
state_change take_unsaved(account& watched, const std::function<bool(const std::string& finding)>& holds);

}  // namespace trunkwarden
