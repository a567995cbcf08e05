#pragma once

#include <string_view>

// Every metric's name and help, declared once. The exposition format escapes nothing in a help text, so a
// text that would break it does not compile.

namespace trunkwarden {

struct declared_metric {
    consteval declared_metric(std::string_view its_name, std::string_view its_help)
        : name(its_name), help(its_help)
    {
        if (help.empty() || help.find_first_of("\n\\") != std::string_view::npos)
            throw "a help text is one line without backslashes";
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string_view::npos)
            throw "a metric's name is lower case words joined by _";
    }

    std::string_view name;
    std::string_view help;
};

namespace declared {

inline constexpr declared_metric build_info{
    "trunkwarden_build_info",
    "Always 1; the labels say which version of trunkwarden runs, built from which revision."};
inline constexpr declared_metric findings{
    "trunkwarden_findings",
    "Open and acknowledged findings, by whether a person acknowledged them. A set of labels without a finding is absent."};
inline constexpr declared_metric findings_opened{
    "trunkwarden_findings_opened_total",
    "Findings opened since the daemon started. For each account and severity a series without resource and kind stays 0."};
inline constexpr declared_metric resources{
    "trunkwarden_resources", "Objects that the last complete read of a resource saw; absent while unknown."};
inline constexpr declared_metric resource_complete{
    "trunkwarden_resource_complete", "1 when the last read of a resource was complete, 0 when it was not."};
inline constexpr declared_metric resource_last_complete{
    "trunkwarden_resource_last_complete_timestamp_seconds",
    "When a resource was last read completely, in Unix time; absent until then."};
inline constexpr declared_metric resource_unreadable{
    "trunkwarden_resource_unreadable_objects",
    "Objects that the last read of a resource found and could not read; absent while unknown."};
inline constexpr declared_metric sweeps{
    "trunkwarden_sweeps_total", "Sweeps of an account, by whether every resource could be read completely."};
inline constexpr declared_metric sweep_duration{"trunkwarden_sweep_duration_seconds",
                                                "How long a sweep of an account took."};
inline constexpr declared_metric detection_delay{
    "trunkwarden_detection_delay_seconds",
    "From a change, as the audit log or the object dates it, until its finding opened."};
inline constexpr declared_metric api_requests{
    "trunkwarden_api_requests_total",
    "Requests sent to the Telnyx API, by HTTP status; error when no answer came."};
inline constexpr declared_metric api_request_duration{"trunkwarden_api_request_duration_seconds",
                                                      "How long the Telnyx API took to answer, or not to."};
inline constexpr declared_metric api_rate_limit_remaining{
    "trunkwarden_api_rate_limit_remaining",
    "Requests left in the tightest window of any endpoint, as the API told; absent when it does not say."};
inline constexpr declared_metric two_factor{"trunkwarden_two_factor_state",
                                            "Two-factor authentication of the account's users: 1 shown to be "
                                            "on, 0 off, -1 not known; absent where it is not "
                                            "required, or not knowing it is accepted."};
inline constexpr declared_metric balance{
    "trunkwarden_balance",
    "The amount that the account can still spend, credit included; absent while unknown, and without limits "
    "in the baseline."};
inline constexpr declared_metric balance_lasts{
    "trunkwarden_balance_lasts_seconds",
    "Until the balance is gone, at the rate of the last ten minutes; absent when nothing was spent then, while "
    "the balance is unknown, and without limits in the baseline."};
inline constexpr declared_metric exposure_per_minute{
    "trunkwarden_exposure_per_minute",
    "The most that a minute can cost through anything that is open now, from the account's own limits; +Inf "
    "without a limit, absent when nothing is open or that is not known."};
inline constexpr declared_metric registrations{
    "trunkwarden_registrations",
    "Clients that are registered with a SIP password, as last read; absent while they cannot be read, and "
    "without registrations in the baseline."};
inline constexpr declared_metric active_calls{
    "trunkwarden_active_calls",
    "Calls that run where the baseline limits them, as last counted; absent while they cannot be counted, and "
    "without active_calls in the baseline."};
inline constexpr declared_metric spent{
    "trunkwarden_spent_total",
    "Falls of the balance since the daemon started. Of a rise and a fall between two readings only the rest "
    "shows."};
inline constexpr declared_metric top_ups{
    "trunkwarden_top_ups_total",
    "Rises of the balance since the daemon started, by where the money came from."};
inline constexpr declared_metric call_attempts{
    "trunkwarden_call_attempts_total",
    "Calls, messages, verifications and faxes that were tried since the daemon started, refused ones included, "
    "by product and by country of the destination table."};
inline constexpr declared_metric calls_cost{
    "trunkwarden_calls_cost_total",
    "The cost of calls, messages, verifications and faxes since the daemon started, as far as it is rated, by "
    "product and by country of the destination table."};
inline constexpr declared_metric config_last_reload_successful{
    "trunkwarden_config_last_reload_successful",
    "1 when the last reload of settings and baselines was taken, 0 when it was refused and the old ones "
    "stay."};
inline constexpr declared_metric config_last_reload_success{
    "trunkwarden_config_last_reload_success_timestamp_seconds",
    "When settings and baselines were last taken, in Unix time."};
inline constexpr declared_metric baseline_entries{"trunkwarden_baseline_entries",
                                                  "Entries of the current baseline."};

inline constexpr declared_metric baseline_next_expiry{
    "trunkwarden_baseline_next_expiry_timestamp_seconds",
    "When the next entry of the baseline, or its attestation of two-factor authentication, ends, in Unix time; "
    "absent when nothing ends."};

inline constexpr declared_metric notifications{
    "trunkwarden_notifications_total",
    "Attempts to send a message to a sink: sent, retried later, "
    "dropped because the sink refused it or too much waited, or "
    "lost: a dead letter that gave way, or a mail that one of its recipients never took."};
inline constexpr declared_metric notifications_pending{"trunkwarden_notifications_pending",
                                                       "Messages that wait to be taken by a sink."};
inline constexpr declared_metric notifications_dead{
    "trunkwarden_notifications_dead",
    "Messages that a sink refused for good, or that gave way; kept in the state file."};
inline constexpr declared_metric notifications_last_success{
    "trunkwarden_notifications_last_success_timestamp_seconds",
    "When a sink last took a message, in Unix time; absent until it did."};
inline constexpr declared_metric sink_clock_ahead{
    "trunkwarden_sink_clock_ahead_seconds",
    "How far the clock of a sink's receiver is ahead of this host's, as its last answer had the time; negative "
    "when it is behind; absent when its answers have none."};
inline constexpr declared_metric heartbeat_last_success{
    "trunkwarden_heartbeat_last_success_timestamp_seconds",
    "When the heartbeat was last taken, in Unix time; absent until it was, and without one."};
inline constexpr declared_metric heartbeat_failures{
    "trunkwarden_heartbeat_failures_total",
    "Heartbeats that were not taken since the daemon started; absent without one."};
inline constexpr declared_metric alerts_unheard{
    "trunkwarden_alerts_unheard", "1 when there are findings and no sink ever took a message, else 0."};
inline constexpr declared_metric state_file_writable{
    "trunkwarden_state_file_writable",
    "1 when findings and messages outlive the process, 0 when the state file cannot be written, or was removed "
    "within the last ten minutes."};
inline constexpr declared_metric state_up{
    "trunkwarden_state_up", "1 when the state file, or the database, took the last change, else 0."};
inline constexpr declared_metric state_write{
    "trunkwarden_state_write_seconds",
    "How long the last write to the state file, or to the database, took; absent until there is one."};
inline constexpr declared_metric state_pending{
    "trunkwarden_state_pending_changes",
    "Changes that wait to be written to the state file, or to the database."};
inline constexpr declared_metric state_forgotten{
    "trunkwarden_state_forgotten_total",
    "Entries of the past that were forgotten because there were too many or they are old, by kind."};
inline constexpr declared_metric log_lines_dropped{
    "trunkwarden_log_lines_dropped_total",
    "Lines of the log that stderr did not take since the daemon started: nobody reads it, or it failed."};
inline constexpr declared_metric audit_last_read{
    "trunkwarden_audit_last_read_timestamp_seconds",
    "When the audit log was last read completely, in Unix time; absent until then."};
inline constexpr declared_metric audit_events{"trunkwarden_audit_events_total",
                                              "Events of the audit log seen since the daemon started."};
inline constexpr declared_metric audit_unconfirmed{
    "trunkwarden_audit_unconfirmed_total",
    "Audit events about a watched object that no reading of its list confirmed."};

inline constexpr declared_metric quarantine_actions{
    "trunkwarden_quarantine_actions_total",
    "Actions of the quarantine that came into a state that people should know of, since the daemon started."};
inline constexpr declared_metric quarantine_waiting{"trunkwarden_quarantine_actions_waiting",
                                                    "Actions of the quarantine that wait for approval."};
inline constexpr declared_metric quarantine_failed{
    "trunkwarden_quarantine_actions_failed",
    "Actions of the quarantine that failed, or whose outcome is not known, while their finding is open."};
inline constexpr declared_metric quarantine_refused{
    "trunkwarden_quarantine_refused",
    "Open findings for which the quarantine plans no step now although it may act on them, by the reason."};
inline constexpr declared_metric quarantine_refusals{
    "trunkwarden_quarantine_refusals_total",
    "Times that the quarantine planned no step about a finding, by the reason, since the daemon started. A reason "
    "that lasts counts once."};
inline constexpr declared_metric quarantine_frozen{
    "trunkwarden_quarantine_frozen", "1 while the quarantine is frozen and does nothing, else 0."};

inline constexpr declared_metric process_cpu{"process_cpu_seconds_total",
                                             "Total user and system CPU time spent in seconds."};
inline constexpr declared_metric process_resident_memory{"process_resident_memory_bytes",
                                                         "Resident memory size in bytes."};
inline constexpr declared_metric process_virtual_memory{"process_virtual_memory_bytes",
                                                        "Virtual memory size in bytes."};
inline constexpr declared_metric process_open_fds{"process_open_fds", "Number of open file descriptors."};
inline constexpr declared_metric process_max_fds{"process_max_fds",
                                                 "Maximum number of open file descriptors."};
inline constexpr declared_metric process_start_time{"process_start_time_seconds",
                                                    "Start time of the process since unix epoch in seconds."};

}  // namespace declared

}  // namespace trunkwarden
