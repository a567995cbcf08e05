#pragma once

#include <optional>

#include "cli/command.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// The settings as far as they can be read, for commands that need the control socket and the state file only,
// and change nothing: a mistake elsewhere in the file is said on stderr, and takes no tool away from a person
// in the night.
settings read_leniently(const common_options& common);

// The same for commands that order the daemon to do something. Nothing, and the reason is said, where the
// file is wrong and does not show which daemon is meant: it is not the usual file, and its control_socket
// could not be read. The usual socket would belong to another daemon.
std::optional<settings> read_to_order(const common_options& common);

// For commands that print what is watched, and need no settings: those at the usual place need not be there.
// Where they are wrong, or cannot be read, stderr says that extra resources may be missing.
settings read_for_extra_resources(const common_options& common);

}  // namespace trunkwarden
