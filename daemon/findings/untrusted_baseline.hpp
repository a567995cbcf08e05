#pragma once

#include <string>
#include <vector>

#include "diff/deviation.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// A baseline file that is not taken although it has to be signed; the last good one stays in force.
struct untrusted_baseline {
    std::string account;
    std::string key_id;      // the key that has to sign it
    optional_reason reason;  // a sentence
};

// One critical deviation of watch_cause::baseline_file, or none.
std::vector<deviation> judge_untrusted_baseline(const untrusted_baseline& found);

}  // namespace trunkwarden
