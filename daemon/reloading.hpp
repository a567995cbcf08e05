#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account_watch.hpp"
#include "daemon.hpp"

// Taking files that were edited while the daemon runs.

namespace trunkwarden {

// How the last reload went, for the metrics.
struct reload_record {
    bool last_was_fine = true;  // the files it started with were
    std::optional<time_point> last_taken;

    void note(const result<std::string>& outcome, time_point now);
};

// Puts baselines in force that were read again; whatever is wrong with any file changes nothing. What was
// taken, as a sentence. Settings themselves are taken at the next start: the sentence says so when they
// differ.
result<std::string> take_again(result<files_read_again> files, const settings& in_force,
                               std::vector<std::unique_ptr<account_watch>>& watches);

}  // namespace trunkwarden
