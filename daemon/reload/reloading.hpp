#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "account/loaded_files.hpp"
#include "alerts/telling.hpp"
#include "reload/file_watcher.hpp"
#include "reload/reload_queue.hpp"
#include "status/daemon_status.hpp"
#include "support/async/thread_aside.hpp"
#include "support/digest.hpp"
#include "support/service_manager.hpp"
#include "support/trust_change.hpp"
#include "watch/watched_accounts.hpp"
#include "web/front_doors.hpp"

// Taking files that were edited while the daemon runs (docs/decisions/0022-live-reload.md).

namespace trunkwarden {

// How the last reload went.
struct reload_record {
    std::optional<refused_reload> refused;  // nothing: what was read last is in force
    std::optional<time_point> last_taken;
};

// What a reload changes.
struct reloadable {
    settings& configured;  // those in force
    watched_accounts& accounts;
    telling& people;
    front_doors& doors;
    const service_manager& manager;  // told while it goes on
};

class reloading {
public:
    // `read_again` blocks: it is called on a thread of its own. `taken` is of the files that are in force;
    // nothing when they may have changed since they were read.
    reloading(std::function<files_reading()> read_again, std::optional<digest> taken, const reloadable& what,
              logger& log);

    // Asks for one and waits for how it went.
    task<result<std::string>> ask() { return queue_.ask(reload_cause::asked); }

    // Asks for one; the log says how it went.
    void want() { queue_.want(reload_cause::asked); }

    task<> reload_forever();    // one at a time, whoever asks
    task<> follow_the_files();  // asks when they change on disk

    const reload_record& record() const { return record_; }

private:
    // One reload on its way. Nothing has changed until all of it is ready.
    struct attempt;
    task<std::optional<result<std::string>>> reload_once(reload_cause why);
    task<result<std::string>> take(files_read_again files);
    task<result<void>> make_ready(attempt& one);
    task<> find_changes(attempt& one);
    task<> put_in_force(attempt& one);
    result<std::string> tell(const attempt& one);
    void tell_changes(const std::string& account, const trust_changes& changes, std::string& lines);
    result<std::string> refuse(std::vector<std::string> problems);
    result<std::string> refuse_for(std::string problem);

    std::function<files_reading()> read_again_;
    reloadable what_;
    logger& log_;
    thread_aside aside_;
    file_watcher files_;
    reload_queue queue_;
    reload_record record_;
    std::optional<digest> taken_;  // of the files, when they were last read
    std::vector<std::filesystem::path> followed_;
};

}  // namespace trunkwarden
