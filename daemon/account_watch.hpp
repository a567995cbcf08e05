#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account.hpp"
#include "alerts/awaited_names.hpp"
#include "alerts/gathered_openings.hpp"
#include "audit_watch.hpp"
#include "baseline/signed_baseline_file.hpp"
#include "fetch/https_api_client.hpp"
#include "metrics/metrics.hpp"
#include "state_keeper.hpp"
#include "support/async.hpp"
#include "support/log.hpp"
#include "support/wake_up.hpp"
#include "sweep_round.hpp"
#include "telling.hpp"
#include "web/daemon_status.hpp"

namespace trunkwarden {

// What the watch of an account works with, and outlives it.
struct watch_surroundings {
    logger& log;
    metrics& counters;
    state_keeper& state;
    telling& people;
    std::chrono::milliseconds reminder_interval{};
};

// The watch of one account that goes on for ever: every list on its own time, so that a slow one holds up no
// other. It logs, counts, tells and keeps what the pure core returns.
class account_watch final : public watch_listener, public request_observer {
public:
    account_watch(std::unique_ptr<account> watched, const watch_surroundings& with);

    task<> watch_forever();

    account& watched() { return *watched_; }
    const account& watched() const { return *watched_; }
    unsigned sweeps() const { return sweeps_; }          // finished, complete or not
    bool was_complete() const { return was_complete_; }  // at least one sweep was
    std::string name_and_holes() const;                  // "production (not read: two_factor)"
    account_gauges gauges() const;
    account_status status() const;

    // How the account is reached; called once, before watch_forever.
    void use(std::unique_ptr<api_client> api) { watched_->api = std::move(api); }

    // A baseline that was read anew, judged at once by what was read last.
    void use(baseline trusted);

    // A baseline file that is not taken, because it has to be signed and is not: what is in force stays.
    void note_distrust(std::string why);

    // Keeps what is in force, in case that its file is tampered with before the next start.
    void keep(const signed_text& in_force, const std::filesystem::path& at);

    // Fails with not_found when it is no finding of this account.
    result<finding> acknowledge(const std::string& id, acknowledgement how);
    result<finding> unacknowledge(const std::string& id);

    // Whether everything that was found has been told, or put where it will be.
    bool has_told_all() const { return !names_.due_at() && gathered_.empty(); }

    // At the end: what is held is told, and everything kept.
    void finish();

    void on_events(const std::vector<finding_event>& events) override;
    void on_list_read(const std::string& account, const watched_list& list) override;
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> remaining) override;

private:
    task<> until_organization_is_right();
    task<> until_organization_is_refused();
    task<> watch_everything();
    task<> watch_list(std::size_t list);
    task<> watch_the_unseen();
    task<> watch_the_probe();
    task<> release_names();
    void tell(const std::vector<finding_event>& events);
    bool holds(const std::string& finding) const { return names_.holds(finding) || gathered_.holds(finding); }
    void pass_time();
    void save();
    void keep_all();
    void hurry(std::size_t list);
    void log_coverage(const coverage& seen);
    void log_event(const finding_event& event);
    void end_sweep(std::chrono::nanoseconds took);
    void count_detection(const finding& opened);

    // When a list is read next, and whether it is to be read again because something happened meanwhile.
    struct pace {
        wake_up due;
        bool again = false;
    };

    std::unique_ptr<account> watched_;
    watch_surroundings with_;
    awaited_names names_;
    wake_up names_held_;
    gathered_openings gathered_{true};
    audit_watch audit_;
    sweep_round round_;
    std::vector<pace> paces_;  // by index of account::lists
    time_point started_;
    time_point kept_all_at_;
    std::optional<time_point> last_sweep_;
    unsigned sweeps_ = 0;
    bool was_complete_ = false;
    std::optional<double> rate_limit_remaining_;
    std::map<std::string_view, reading_state> logged_;  // by resource
};

}  // namespace trunkwarden
