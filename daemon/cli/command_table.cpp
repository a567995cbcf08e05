#include "cli/command_table.hpp"

#include <array>

namespace trunkwarden {

std::span<const command_spec* const> command_table()
{
    static constexpr std::array table{&init_command,
                                      &doctor_command,
                                      &run_command,
                                      &check_command,
                                      &config_group,
                                      &config_check_command,
                                      &config_schema_command,
                                      &resources_command,
                                      &findings_command,
                                      &explain_command,
                                      &history_command,
                                      &report_command,
                                      &ack_command,
                                      &unack_command,
                                      &accounts_group,
                                      &accounts_import_command,
                                      &baseline_group,
                                      &baseline_capture_command,
                                      &baseline_lint_command,
                                      &baseline_accept_command,
                                      &baseline_schema_command,
                                      &quarantine_group,
                                      &quarantine_list_command,
                                      &quarantine_show_command,
                                      &quarantine_approve_command,
                                      &quarantine_reject_command,
                                      &quarantine_undo_command,
                                      &quarantine_freeze_command,
                                      &quarantine_thaw_command,
                                      &lockdown_command,
                                      &status_command,
                                      &reload_command,
                                      &alerts_group,
                                      &alerts_test_command,
                                      &alerts_dead_command,
                                      &state_group,
                                      &state_copy_command,
                                      &state_prepare_command,
                                      &complete_command};
    return table;
}

}  // namespace trunkwarden
