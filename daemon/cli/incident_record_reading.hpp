#pragma once

#include <filesystem>
#include <string>

#include "cli/report/incident_record.hpp"
#include "containment/lockdown.hpp"
#include "containment/lockdown_folder.hpp"
#include "settings/settings.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The record that the daemon and earlier runs made of an account, as far as it can be read.
incident_record read_incident_record(const std::string& account, const settings& configured,
                                     const lockdown_folder& folder, time_point now);

// Adds a step to the history of the running daemon, and reports the result for the object. Returns whether it
// took it: a daemon that hangs delays a lockdown once, by two seconds.
bool tell_daemon_of_step(const std::filesystem::path& control_socket, const std::string& account,
                         const lockdown_outcome& step);

// Notifies the running daemon that a request is about to leave. Returns as above.
bool tell_daemon_of_change(const std::filesystem::path& control_socket, const std::string& account,
                           const own_change& change);

}  // namespace trunkwarden
