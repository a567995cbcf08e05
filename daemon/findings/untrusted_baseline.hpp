#pragma once

#include <string>
#include <vector>

#include "diff/deviation.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// A baseline file that is rejected, because it has to be signed and is not; the last good one stays active.
struct untrusted_baseline {
    std::string account;
    std::string key_id;      // the key that has to sign it
    optional_reason reason;  // a sentence
};

// One critical deviation of watch_cause::baseline_file, or none.
std::vector<deviation> judge_untrusted_baseline(const untrusted_baseline& found);

}  // namespace trunkwarden
