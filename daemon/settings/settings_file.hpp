#pragma once

#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "settings/settings.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// The content of a settings file, and everything that is wrong with it. With any problem the settings are not
// to be used, but to find the daemon that runs with them.
struct settings_reading {
    settings value;
    std::vector<problem> problems;
    bool names_control_socket = false;  // the text has that key, once, with a path
};

// `resources` are the names of the catalogue: accepted_blind_spots and quarantine rules may use no other.
settings_reading read_settings_file(const std::filesystem::path& file,
                                    std::span<const std::string_view> resources);

// The same for a text that is in memory, without the files of accounts_dir; relative paths are relative to
// the folder of `file`.
settings_reading parse_settings(std::string_view text, const std::filesystem::path& file,
                                std::span<const std::string_view> resources);

struct account_reading {
    account_settings value;
    std::vector<problem> problems;
};

// The text of a file of accounts_dir, which need not be there yet, to be added to settings that were read.
account_reading parse_account_file(std::string_view text, const std::filesystem::path& file,
                                   const settings& beside, std::span<const std::string_view> resources);

}  // namespace trunkwarden
