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

// Puts baselines in force that were read again; whatever is not valid in any file changes nothing. An account
// whose baseline has to be signed and is not keeps the one it has and knows why; that is told as a failure,
// too, and holds back no other account. What was taken, as a sentence. Settings themselves are taken at the
// next start: the sentence says so when they differ.
result<std::string> take_again(files_read_again files, const settings& in_force,
                               std::vector<std::unique_ptr<account_watch>>& watches);

}  // namespace trunkwarden
