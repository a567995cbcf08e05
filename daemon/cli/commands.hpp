#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// Each carries out one subcommand and returns its exit code.
int alerts_test_command(const invocation& asked);
int check_command(const invocation& asked);
int config_check_command(const invocation& asked);
int resources_command(const invocation& asked);
int run_command(const invocation& asked);
int findings_command(const invocation& asked);
int ack_command(const invocation& asked);
int unack_command(const invocation& asked);
int status_command(const invocation& asked);
int reload_command(const invocation& asked);
int baseline_capture_command(const invocation& asked);
int baseline_lint_command(const invocation& asked);
int baseline_accept_command(const invocation& asked);
int baseline_schema_command(const invocation& asked);
int config_schema_command(const invocation& asked);
int quarantine_list_command(const invocation& asked);
int quarantine_show_command(const invocation& asked);
int quarantine_order_command(const invocation& asked);  // approve, reject, undo
int init_command(const invocation& asked);
int doctor_command(const invocation& asked);
int lockdown_command(const invocation& asked);
int quarantine_freeze_command(const invocation& asked);  // and thaw

int carry_out(const invocation& asked);

// Prints what keeps the files from being used. 1.
int refuse(const std::vector<problem>& problems);
int refuse(const struct loaded_files& files);

// Prints why a command cannot do what it was asked. 1.
int complain(const std::string& what);

}  // namespace trunkwarden
