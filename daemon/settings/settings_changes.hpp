#pragma once

#include <optional>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "support/trust_change.hpp"

// What two settings differ in. Pure: files that they name are read elsewhere.

namespace trunkwarden {

// As sentences such as "poll.interval 30s → 5s". Wider is whatever lets the watch see or tell less.
trust_changes changes_of_settings(const settings& before, const settings& after);

// Why settings that are valid can only be taken by a start; nothing when they can be taken now.
std::optional<std::string> takes_a_restart(const settings& in_force, const settings& wanted);

// What is taken by the next start only, as sentences, and the settings without it.
std::vector<std::string> what_waits(const settings& in_force, const settings& wanted);
settings without_what_waits(const settings& in_force, settings wanted);

}  // namespace trunkwarden
