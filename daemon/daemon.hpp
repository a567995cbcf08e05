#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "account.hpp"
#include "settings/settings.hpp"
#include "support/log.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

struct ready_account {
    std::unique_ptr<account> watched;
    secret key;
};

struct daemon_job {
    settings configured;
    std::vector<ready_account> accounts;
    std::optional<unsigned> sweeps;  // end after so many of everything
};

// Watches until SIGTERM or SIGINT, or until the sweeps are done: 0. When a part of it fails for good: 1, and
// it says why.
int run_daemon(daemon_job job, logger& log);

}  // namespace trunkwarden
