#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "daemon.hpp"
#include "settings/settings_file.hpp"
#include "support/problem.hpp"

namespace trunkwarden {

// What to do about a baseline that has to be signed and is not (baseline/signed_baseline_file.hpp).
enum class when_distrusted : std::uint8_t {
    refuse,     // it is a problem like any other: for commands, whose user can mend it
    use_copy,   // the last one that was in force is used, if it was kept: a restart must not blind the watch
    leave_out,  // the account is only named: what is in force stays
};

// Settings, baselines and keys, read and ready; or every reason why not.
struct loaded_files {
    settings configured;
    std::vector<ready_account> accounts;
    std::vector<left_out> distrusted;   // only with leave_out: the accounts that are not above
    std::vector<problem> problems;      // none: all is valid
    std::vector<std::string> warnings;  // sentences about what is valid but unwise
};

loaded_files load_files(const std::filesystem::path& config_file,
                        when_distrusted then = when_distrusted::refuse);

// The settings alone, for commands that need no account: whoever runs them may not read the keys.
settings_reading load_settings(const std::filesystem::path& config_file);

}  // namespace trunkwarden
