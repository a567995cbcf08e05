#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

// The files as they are now, when they are valid.
struct files_read_again {
    settings configured;
    std::vector<std::pair<std::string, baseline>> baselines;  // by account
};

struct daemon_job {
    settings configured;
    std::vector<ready_account> accounts;
    std::optional<unsigned> sweeps;  // end after so many of everything
    // Fails with every problem, one a line.
    std::function<result<files_read_again>()> read_again;
};

// Watches until SIGTERM or SIGINT, or until the sweeps are done: 0. When a part of it fails for good: 1, and
// it says why.
int run_daemon(daemon_job job, logger& log);

}  // namespace trunkwarden
