#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "daemon.hpp"
#include "settings/settings_file.hpp"
#include "support/problem.hpp"

namespace trunkwarden {

// Settings, baselines and keys, read and ready; or every reason why not.
struct loaded_files {
    settings configured;
    std::vector<ready_account> accounts;
    std::vector<problem> problems;      // none: all is valid
    std::vector<std::string> warnings;  // sentences about what is valid but unwise
};

loaded_files load_files(const std::filesystem::path& config_file);

// The settings alone, for commands that need none of the files they name.
settings_reading load_settings(const std::filesystem::path& config_file);

}  // namespace trunkwarden
