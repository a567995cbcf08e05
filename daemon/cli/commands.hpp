#pragma once

#include "cli/command_line.hpp"

namespace trunkwarden {

// Each carries out one subcommand and returns its exit code.
int alerts_test_command(const invocation& asked);
int check_command(const invocation& asked);
int config_check_command(const invocation& asked);
int resources_command(const invocation& asked);
int run_command(const invocation& asked);

int carry_out(const invocation& asked);

// Prints what keeps the files from being used. 1.
int refuse(const struct loaded_files& files);

}  // namespace trunkwarden
