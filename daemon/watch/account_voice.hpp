#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"
#include "alerts/awaited_names.hpp"
#include "alerts/gathered_openings.hpp"
#include "alerts/telling.hpp"
#include "metrics/metrics.hpp"
#include "state/state_keeper.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "watch/audit_watch.hpp"

namespace trunkwarden {

// What the watch of an account works with, and outlives it.
struct watch_surroundings {
    logger& log;
    metrics& counters;
    state_keeper& state;
    telling& people;
    async_event& progress;  // notified when a sweep ended, and when events were passed on
};

// Says what the pure core of one account found, in order: held back until it is known who it was, or together
// with others, then logged, counted, told and kept.
class account_voice {
public:
    account_voice(account& watched, audit_watch& audit, const watch_surroundings& with);

    void on_events(const std::vector<finding_event>& events);

    // Tells what was held back for a name, when its time has come. Ends by cancellation only.
    task<> release_names();

    void end_sweep() { gathered_.end_sweep(); }
    void pass_time();  // what was held back or is to be written down, and is due

    // Whether everything that was found has been told, or put where it will be.
    bool has_told_all() const { return !names_.due_at() && gathered_.empty(); }

    // Now, whatever it waits for.
    void tell_what_is_held();

    // At the end: what is held is told, and everything kept.
    void finish();

private:
    void tell(const std::vector<finding_event>& events);
    void tell_gathered();
    void log_event(const finding_event& event);
    void count_detection(const finding& opened);
    bool holds(const std::string& finding) const { return names_.holds(finding) || gathered_.holds(finding); }
    void save();
    void keep_all();

    account& watched_;
    audit_watch& audit_;
    watch_surroundings with_;
    awaited_names names_;
    async_event names_held_;
    gathered_openings gathered_{true};
    time_point started_;
    time_point kept_all_at_;
};

}  // namespace trunkwarden
