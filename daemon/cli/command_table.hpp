#pragma once

#include <span>

#include "cli/command.hpp"

namespace trunkwarden {

// Each is defined in the file that is named like it, or like its group. A new command is such a row, and its
// place in the table.
extern const command_spec init_command;
extern const command_spec doctor_command;
extern const command_spec run_command;
extern const command_spec check_command;
extern const command_spec config_group;
extern const command_spec config_check_command;
extern const command_spec config_schema_command;
extern const command_spec resources_command;
extern const command_spec findings_command;
extern const command_spec explain_command;
extern const command_spec history_command;
extern const command_spec report_command;
extern const command_spec ack_command;
extern const command_spec unack_command;
extern const command_spec accounts_group;
extern const command_spec accounts_import_command;
extern const command_spec baseline_group;
extern const command_spec baseline_capture_command;
extern const command_spec baseline_lint_command;
extern const command_spec baseline_accept_command;
extern const command_spec baseline_schema_command;
extern const command_spec quarantine_group;
extern const command_spec quarantine_list_command;
extern const command_spec quarantine_show_command;
extern const command_spec quarantine_approve_command;
extern const command_spec quarantine_reject_command;
extern const command_spec quarantine_undo_command;
extern const command_spec quarantine_freeze_command;
extern const command_spec quarantine_thaw_command;
extern const command_spec lockdown_command;
extern const command_spec status_command;
extern const command_spec reload_command;
extern const command_spec alerts_group;
extern const command_spec alerts_test_command;
extern const command_spec alerts_dead_command;
extern const command_spec state_group;
extern const command_spec state_copy_command;
extern const command_spec state_prepare_command;
extern const command_spec complete_command;

// Every command, in the order of --help; a group before its commands. One that begins with "__" is for
// programs, and is in no help.
std::span<const command_spec* const> command_table();

}  // namespace trunkwarden
