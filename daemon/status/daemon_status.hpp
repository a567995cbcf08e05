#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/dead_letters.hpp"
#include "alerts/heartbeat_status.hpp"
#include "alerts/sink_status.hpp"
#include "containment/plan.hpp"
#include "findings/coverage.hpp"
#include "findings/finding.hpp"
#include "findings/own_changes.hpp"
#include "settings/settings.hpp"
#include "state/history_event.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"
#include "support/optional_reason.hpp"
#include "support/resource_limit.hpp"
#include "support/result.hpp"
#include "use/use_summary.hpp"

// The status of the running daemon, as plain values: behind `trunkwarden status`, /api/v1 and the page.

namespace trunkwarden {

struct sweep_mark {
    std::chrono::milliseconds took{0};
    std::size_t findings = 0;  // open, acknowledged and contained when it ended
};

struct account_status {
    std::string name;
    bool complete = false;  // the last sweep read everything
    std::size_t sweeps = 0;
    std::optional<time_point> last_sweep;          // when it ended, also one in which nothing could be read
    std::optional<time_point> last_complete = {};  // when the last one ended that read everything
    // A last sweep longer ago than this says nothing about now: the longest stale_after of its lists, twice.
    // 0: not judged.
    std::chrono::milliseconds overdue_after{0};
    std::vector<std::chrono::milliseconds>
        stale_after;                           // how long each of `seen` may go unread, in its order
    running_time running = {};                 // for the age of `seen` after the clock was set
    optional_reason refused;                   // why nothing of it is judged (another organisation's key)
    std::vector<coverage> seen;                // by resource, in the order of the catalogue
    std::vector<finding> findings;             // open, acknowledged and contained
    bool audit_watched = true;                 // false: poll.audit_interval is 0s
    std::optional<time_point> audit_read;      // when the audit log was last read
    optional_reason audit_trouble;             // why it could not be read last time
    std::vector<std::string> not_proven = {};  // sentences (account/not_proven.hpp)
    std::vector<std::string> warnings;         // sentences: audit events that no list confirms
    std::vector<sweep_mark> recent;            // the last sweeps, the newest last
    use_summary use = {};                      // its use, as far as it is read
};

// Edited files that were not taken, until good ones are.
struct refused_reload {
    time_point at;
    std::vector<std::string> problems;  // one each, FILE:LINE:COLUMN: message
};

struct daemon_status {
    time_point started;
    quarantine_mode mode{};           // of the quarantine
    std::optional<freeze> frozen;     // the quarantine does nothing
    std::size_t actions_waiting = 0;  // for approval
    std::size_t actions_failed = 0;   // of findings that are still open
    std::vector<account_status> accounts;
    std::vector<sink_status> sinks;
    std::optional<heartbeat_status> heartbeat;  // nothing when there is none
    std::string state_file;
    optional_reason state_trouble;          // why it is not written
    bool alerts_never_delivered = false;    // there are findings, and no sink ever took a message
    std::optional<refused_reload> refused;  // the last reload
    std::optional<time_point> scraped;      // when somebody last asked for the metrics
    std::uint64_t log_lines_dropped = 0;    // since it started
    process_limits limits = {};             // of its process
    link_settings links;
};

// The part of the quarantine's actions that is asked for: there may be thousands.
struct action_selection {
    std::size_t most = 200;  // actions, and refused steps
    std::string after = {};  // begin behind the action of this id; "": with the first
};

// The actions that the quarantine took or waits to take, and those that it refuses.
struct quarantine_report {
    quarantine_mode mode{};
    std::optional<freeze> frozen;
    std::vector<action> actions;  // of the selection: those that have not ended first, then the newest first
    std::vector<refused_step> refused;  // the first ones
    std::size_t all_actions = 0;
    std::size_t all_refused = 0;
    std::string next = {};  // where the next page begins, as action_selection::after; "" after the last one
};

// A person's order; it takes seconds to carry out.
struct quarantine_order {
    enum class verb : std::uint8_t { approve, reject, undo, freeze, thaw };
    verb wanted{};
    std::string id;             // of an action; "" of freeze and thaw
    std::string reason;         // "" when none is given
    bool while_frozen = false;  // undo: also while the quarantine is frozen
    std::string by = {};        // the person who gives it (web/peer_names.hpp); "" when not known
};
template <>
inline constexpr auto names_of<quarantine_order::verb> = word_table<quarantine_order::verb>("approve",
                                                                                            "reject", "undo",
                                                                                            "freeze", "thaw");

struct quarantine_outcome {
    std::optional<action> about;
    std::optional<freeze> frozen;
};

// The functions of the daemon behind the control socket.
struct daemon_controls {
    std::function<daemon_status()> status;
    // `state` is the one that the person looked at (finding_state.hpp), "" when none was named.
    std::function<result<finding>(const std::string& id, const std::string& state,
                                  acknowledgement acknowledgement)>
        acknowledge;
    std::function<result<finding>(const std::string& id, const std::string& by)> unacknowledge;
    // The changed secrets that a finding shows in this state are the right ones from now on, as a person
    // says.
    std::function<result<finding>(const std::string& id, const std::string& state, const std::string& by)>
        accept_secrets = {};
    // Fails with not_found when there is no action behind which the selection could begin.
    std::function<result<quarantine_report>(const action_selection&)> quarantine = {};
    std::function<std::optional<action>(std::string_view id)> find_action = {};
    std::function<std::vector<dead_letter>()> dead_letters = {};
    // By delivery_id; "": all whose findings their sinks were not notified of since.
    std::function<result<resent_letters>(const std::string& id)> resend = {};
    // The one with this delivery_id; "": all. Returns how many; fails with not_found.
    std::function<result<std::size_t>(const std::string& id, const std::string& by)> forget_dead = {};
    // The newest events of the history that are not light, the oldest first.
    std::function<std::vector<history_event>()> recent_events = [] { return std::vector<history_event>(); };
    std::function<void(history_event)> record = {};  // in the history
    // trunkwarden lockdown changes an object of this account, or did.
    std::function<void(const std::string& account, own_change told)> take_own_change =
        [](const std::string&, const own_change&) {};
};

}  // namespace trunkwarden
