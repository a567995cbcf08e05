#pragma once

#include <filesystem>
#include <string>

#include "cli/command.hpp"

namespace trunkwarden {

// `alerts test`: sends a test message to the sink of that name, "" to every one, and prints what came back.
// Returns the exit code: 0 when every sink took it, else 1.
int test_alert_sinks(const std::filesystem::path& config_file, const std::string& sink, output_format output);

}  // namespace trunkwarden
