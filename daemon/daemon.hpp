#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "account/loaded_files.hpp"
#include "settings/settings.hpp"
#include "support/digest.hpp"
#include "support/log.hpp"

namespace trunkwarden {

struct daemon_job {
    settings configured;
    std::vector<ready_account> accounts;
    std::optional<unsigned> sweeps;  // end after so many of everything
    // Blocks; called on a thread of its own.
    std::function<files_reading()> read_again;
    // Of all files that the settings name, as they were when they were read; nothing when they may have
    // changed since.
    std::optional<digest> files;
};

// Watches until SIGTERM or SIGINT, or until the sweeps are done: 0. When a part of it fails for good: 1, and
// it says why.
int run_daemon(daemon_job job, logger& log);

}  // namespace trunkwarden
