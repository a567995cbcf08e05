#pragma once

#include <string_view>

#include "account/account.hpp"
#include "state/state_file.hpp"

// Between an account and the state file: gives the account what an earlier run left, and collects what the
// next run is to find.

namespace trunkwarden {

// Restores the fingerprints of its secrets, the key that made them, the uses of its API keys, and the lists
// that could be read. Called before its first reading.
void restore_secrets(account& watched, const kept_state& kept);

// Restores the lists of which it is known that they could be read. restore_secrets does it as well.
void restore_read_lists(const account_config& config, account_memory& memory, const kept_state& kept);

// Restores its findings, and the events of its audit log.
void restore_history(const account_config& config, account_memory& memory, const kept_state& kept);

// Whether the account watches the resource of a finding, which may be one that the settings had before.
bool watches(const account_config& config, const finding& finding);

// Resolves findings whose account or resource is not watched any more: no sweep will ever resolve them.
// `unwatched` is the word for it in the history, "account" or "resource".
state_change ended(std::vector<finding> open, std::string_view unwatched, time_point now);

// Takes what the account learned since the last call without an event: fingerprints and findings. Leaves the
// findings for which `holds` is true: these are not to be written yet.
state_change take_unsaved(const account_config& config, account_memory& memory,
                          const std::function<bool(const std::string& finding)>& holds);

}  // namespace trunkwarden
