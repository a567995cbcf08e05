#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "baseline/baseline.hpp"
#include "settings/settings.hpp"
#include "support/config_change.hpp"
#include "support/log.hpp"
#include "support/optional_reason.hpp"

// The meaning of edited files, compared with the active settings and baselines. Pure, but for the log.

namespace trunkwarden {

struct account_diff {
    std::string account;
    std::size_t entries = 0;         // of its baseline
    optional_reason baseline_error;  // why its baseline file is not taken
    config_changes baseline;         // none for an account that is new
    bool is_known = false;           // it is watched already
};

struct reload_diff {
    config_changes settings;
    std::vector<account_diff> accounts;
    std::vector<std::string> needs_restart;  // sentences
};

// By account; accounts that are not watched have none.
using baselines_in_force = std::map<std::string, const baseline*>;

reload_diff diff(const settings& in_force, const baselines_in_force& baselines,
                 const files_read_again& files);

// "took the baseline of account production, 12 entries; the baseline of account lab is unchanged, 3 entries"
std::string summary_of(const reload_diff& changes);

// The summary, and a line for each change.
std::string report_of(const reload_diff& changes);

// "account production: ..." for each baseline file that is not taken.
std::vector<std::string> baseline_errors_in(const reload_diff& changes);

void log_changes(const reload_diff& changes, logger& log);

}  // namespace trunkwarden
