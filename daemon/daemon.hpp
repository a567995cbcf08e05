#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "account.hpp"
#include "baseline/signed_baseline_file.hpp"
#include "settings/settings.hpp"
#include "support/log.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

struct ready_account {
    std::unique_ptr<account> watched;
    secret key;
    std::optional<signed_text>
        source;  // of its baseline, when that is signed and came from the baseline file
};

struct baseline_read_again {
    std::string account;
    baseline value;
    std::optional<signed_text> source;  // when it is signed
};

// An account whose baseline file is not taken, because it has to be signed and is not.
struct left_out {
    std::string account;
    std::string distrust;  // why
};

// The files as they are now.
struct files_read_again {
    settings configured;
    std::vector<baseline_read_again> baselines;
    std::vector<left_out> distrusted;  // to be told whatever else is wrong
    std::string problems;              // one a line; "" when all other files are valid
};

struct daemon_job {
    settings configured;
    std::vector<ready_account> accounts;
    std::optional<unsigned> sweeps;  // end after so many of everything
    std::function<files_read_again()> read_again;
};

// Watches until SIGTERM or SIGINT, or until the sweeps are done: 0. When a part of it fails for good: 1, and
// it says why.
int run_daemon(daemon_job job, logger& log);

}  // namespace trunkwarden
