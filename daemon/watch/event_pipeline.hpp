#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"
#include "alerts/alert_grouping.hpp"
#include "alerts/attribution_wait.hpp"
#include "alerts/event_sink.hpp"
#include "metrics/metrics.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "watch/audit_follower.hpp"

namespace trunkwarden {

// Delivers an account's finding events in order. It may delay them, to learn the actor or to batch many; then
// it logs, counts, alerts and persists:
//
//   events ─► attribution_wait ─► log, count ─► alert_grouping ─► event_sink
//             (2 s at most)                     (30 s at most)
class event_pipeline {
public:
    // The pipeline works with these; they outlive it.
    struct dependencies {
        logger& log;
        metrics& counters;
        event_sink& sink;
        async_event& progress;  // notified when events left the pipeline
    };

    // Asks `audit` to look when events wait for an actor. The owner of both calls on_audit_looked().
    event_pipeline(account& account, audit_follower& audit, const dependencies& with);

    void on_events(const std::vector<finding_event>& events);

    // The audit log was looked up, or could not be: `began` is when the look-up began.
    void on_audit_looked(time_point began);

    // Releases events whose actor is not known in time. Ends by cancellation only.
    task<> release_unattributed();

    void end_sweep() { grouping_.end_sweep(); }

    // Time-driven work: releases batched events and persists changes that no event carried.
    void pass_time();

    // Writes an event into the history.
    void record(history_event event);

    // Whether no event is delayed.
    bool is_empty() const { return !attribution_.due_at() && grouping_.empty(); }

    // Releases every delayed event at once.
    void release_all();

    // At the end: releases every delayed event and persists everything.
    void finish();

private:
    void release(const std::vector<finding_event>& events);
    void log_event(const finding_event& event);
    void count_detection(const finding& opened);
    bool delays(const std::string& finding) const
    {
        return attribution_.holds(finding) || grouping_.holds(finding);
    }
    void alert(const std::vector<finding_event>& events);
    void persist_unsaved();
    void persist_all_open();

    account& account_;
    audit_follower& audit_;
    dependencies with_;
    attribution_wait attribution_;
    async_event attribution_began_;
    alert_grouping grouping_{true};
    time_point started_;
    time_point all_persisted_at_;
};

}  // namespace trunkwarden
