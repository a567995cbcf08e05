#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/quarantine.hpp"
#include "fetch/https_api_client.hpp"
#include "metrics/metrics.hpp"
#include "state/sqlite_action_journal.hpp"
#include "status/daemon_status.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/async/worker_thread.hpp"
#include "support/log.hpp"
#include "support/optional_reason.hpp"
#include "watch/audit_follower.hpp"
#include "watch/event_pipeline.hpp"
#include "watch/own_work.hpp"
#include "watch/quarantine_orders.hpp"
#include "watch/sweep_tracker.hpp"
#include "watch/watch_dependencies.hpp"

namespace trunkwarden {

// The watch of one account, without an end: every list on its own time, so that a slow one holds up no other.
// It is the one place where the parts of a watch are put together:
//
//   sweep ─► on_events ─► event_pipeline ─► event_sink (alerts, state)
//     ▲          └──────► quarantine (woken) ── before it acts ─► event_pipeline::release_all
//     └─ poll_now ── audit_follower ── on_looked ─► event_pipeline ── look_now ─► audit_follower
class account_watch final : public watch_listener, public request_observer {
public:
    account_watch(std::unique_ptr<account> watched, const watch_dependencies& with);

    task<> watch_forever();

    account& watched() { return *watched_; }
    const account& watched() const { return *watched_; }
    unsigned sweeps() const { return sweeps_; }                                 // finished, complete or not
    std::optional<time_point> last_complete() const { return last_complete_; }  // that read everything
    bool was_complete() const { return last_complete_.has_value(); }            // at least one sweep was
    std::string name_and_holes() const;  // "production (not read: two_factor)"
    account_gauges gauges() const;
    account_status status() const;

    // How the account is reached; called once, before watch_forever.
    void set_client(std::unique_ptr<api_client> api) { watched_->io.api = std::move(api); }

    // A baseline that was read again: the last readings are judged by it at once.
    task<> replace_baseline(baseline trusted, worker_thread& aside);

    // Other settings, and a client for them, while watch_forever does not run. Returns the findings about
    // resources that are not watched any more.
    std::vector<finding> replace_settings(const account_settings& settings, const poll_settings& poll,
                                          std::unique_ptr<api_client> api);

    void remind_every(std::chrono::milliseconds interval) { remind_every_ = interval; }

    // Records why the baseline file was rejected (missing or bad signature); the active baseline stays.
    // nullopt clears the error.
    void set_baseline_error(optional_reason why);

    // Fails with not_found when it is no finding of this account.
    // `state`: the one that the person looked at; "" when none was named.
    result<finding> acknowledge(const std::string& id, std::string_view state,
                                acknowledgement acknowledgement);
    result<finding> unacknowledge(const std::string& id, const std::string& by);

    // The changed secrets that a finding shows are the right ones from now on. Fails with bad_usage, too,
    // when it shows none.
    result<finding> accept_secrets(const std::string& id, std::string_view state, const std::string& by);

    // trunkwarden lockdown changes an object of the account, or did.
    void take(own_change told) { note_own_change(*watched_, std::move(told)); }

    // Give the quarantine its policy, its actions from before this start, and the reason why it must do
    // nothing (nullopt lets it act).
    void set_policy(const quarantine_settings& policy) { guard_.set_policy(policy); }
    void restore(std::vector<action> kept)
    {
        journal_.restore(kept);
        guard_.restore(std::move(kept));
    }
    void forbid(optional_reason why);
    const quarantine& guard() const { return guard_; }
    std::size_t waiting_actions() const;
    std::size_t failed_actions() const;

    quarantine_orders& orders() { return orders_; }

    // Whether every event has left the pipeline: none is delayed.
    bool has_released_all() const { return pipeline_.is_empty(); }

    // At the end: releases every delayed event and persists everything.
    void finish() { pipeline_.finish(); }

    void on_events(const std::vector<finding_event>& events) override;
    void on_list_read(const std::string& account, const polled_list& list) override;
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> remaining) override;
    void on_unread_rate_limit(const std::string& endpoint, const std::string& header) override;

private:
    task<> until_its_turn();
    task<> until_organization_is_right();
    task<> until_organization_is_refused();
    task<> watch_everything();
    task<> watch_list(std::size_t list);
    task<> watch_coverage();
    task<> watch_the_probe();
    task<> watch_the_quarantine();
    void wake_the_quarantine();
    void on_action(const action& action);
    void pass_time();
    void poll_now(std::size_t list);
    void on_use_read(resource_role role);
    std::vector<finding> replace_types(const watched_types& types);
    void log_coverage(const coverage& seen);
    void end_sweep(std::chrono::nanoseconds took);

    // When a list is read next, and whether it is to be read again because something happened meanwhile.
    struct list_schedule {
        async_event wake;
        bool again = false;
    };

    std::unique_ptr<account> watched_;
    logger& log_;
    metrics& counters_;
    async_event& progress_;
    start_pace& pace_;
    start_pace::place place_in_pace_;
    std::chrono::milliseconds remind_every_{0};
    audit_follower audit_;
    event_pipeline pipeline_;
    sqlite_action_journal journal_;
    quarantine guard_;
    quarantine_orders orders_;
    async_event something_to_do_;
    bool look_again_ = false;  // something happened while the quarantine was busy
    sweep_tracker tracker_;
    std::vector<list_schedule> schedules_;  // by index of account_view::lists
    std::optional<time_point> last_sweep_;
    std::optional<time_point> last_complete_;
    std::vector<sweep_mark> recent_;  // the newest last
    unsigned sweeps_ = 0;
    std::optional<double> rate_limit_remaining_;
    std::map<std::string_view, reading_state> logged_;  // by resource
};

}  // namespace trunkwarden
