#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "support/yaml/problem.hpp"

// Whether the files that say how a server is reached can be used: better known before they are needed.

namespace trunkwarden {

struct connection_check {
    std::vector<problem> problems;
    std::vector<std::string> warnings;
};

// `settings_file`: the file of a problem that has none of its own.
connection_check check_connection_of(const account_settings& account,
                                     const std::filesystem::path& settings_file);
connection_check check_connection_of(const sink_settings& sink, const std::string& base_url,
                                     const std::filesystem::path& settings_file);

}  // namespace trunkwarden
