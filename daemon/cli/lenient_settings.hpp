#pragma once

#include "cli/command.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// The settings as far as they can be read, for commands that need the control socket and the state file only:
// a mistake elsewhere in the file is said on stderr, and takes no tool away from a person in the night.
settings read_leniently(const common_options& common);

}  // namespace trunkwarden
