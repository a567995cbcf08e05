#pragma once

#include <optional>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "support/config_change.hpp"

// The differences between two settings. Pure: files that they name are read elsewhere.

namespace trunkwarden {

// As sentences such as "poll.interval 30s → 5s". A change is wider when the watch sees or reports less.
config_changes changes_of_settings(const settings& before, const settings& after);

// Why settings that are valid can only be taken by a start; nothing when a reload can take them.
std::optional<std::string> reload_refusal(const settings& in_force, const settings& wanted);

// The changes that wait for a restart, as sentences, and the wanted settings without these changes.
std::vector<std::string> needs_restart(const settings& in_force, const settings& wanted);
settings without_restart_settings(const settings& in_force, settings wanted);

}  // namespace trunkwarden
