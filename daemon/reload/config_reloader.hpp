#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "reload/file_watcher.hpp"
#include "reload/reload_diff.hpp"
#include "reload/reload_queue.hpp"
#include "reload/reload_target.hpp"
#include "reload/stable_read.hpp"
#include "settings/settings.hpp"
#include "state/history_event.hpp"
#include "status/daemon_status.hpp"
#include "support/async/worker_thread.hpp"
#include "support/log.hpp"
#include "support/systemd_notifier.hpp"

// Taking files that were edited while the daemon runs (docs/decisions/0022-live-reload.md).

namespace trunkwarden {

// How the last reload went.
struct reload_record {
    std::optional<refused_reload> refused;  // nothing: the files that were read last are active
    std::optional<time_point> last_taken;
};

class config_reloader {
public:
    // The parts that the reloader works with; they outlive it.
    struct dependencies {
        settings& configured;  // the active ones; only a reload changes them
        reload_target& target;
        const systemd_notifier& manager;  // notified while a reload that a person asked for is under way
        worker_thread& aside;             // reads and compares the files
        logger& log;
        std::function<void(history_event)> record = [](const history_event&) {};  // in the history
    };

    config_reloader(config_files files, known_files known, const dependencies& with);

    // Asks for a reload and waits for it: the report, or a failure with every problem, one a line.
    task<result<std::string>> ask(reload_cause cause = reload_cause::asked) { return queue_.ask(cause); }

    // Asks for a reload. The log says how it went.
    void want() { queue_.want(reload_cause::asked); }

    task<> reload_forever();  // one at a time, in the order in which they were asked for
    task<> follow_files();    // asks when they change on disk

    const reload_record& record() const { return record_; }

private:
    enum class reload_outcome : std::uint8_t {
        unchanged,        // the files were touched, and read the same
        refused,          // nothing changed
        applied,          // all of it is active
        applied_in_part,  // all but baselines whose signatures do not fit
    };
    struct reload_result {
        reload_outcome outcome = reload_outcome::unchanged;
        std::string report;  // for those who asked
    };

    task<reload_result> reload_once(reload_cause cause);
    task<reload_result> apply(files_read_again files);
    void record(history_kind kind, std::string sentence) const;
    reload_result refuse(std::vector<std::string> problems);
    baselines_in_force baselines_of(const files_read_again& files) const;
    static reload_queue::outcome answer_of(reload_result done);

    config_files files_;
    known_files known_;
    dependencies with_;
    file_watcher watcher_;
    reload_queue queue_;
    reload_record record_;
};

}  // namespace trunkwarden
