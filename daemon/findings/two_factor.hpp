#pragma once

#include <string>
#include <vector>

#include "baseline/baseline.hpp"
#include "diff/deviation.hpp"

namespace trunkwarden {

// What is known about two-factor authentication. No endpoint shows it (Telnyx documents none), so only a
// person's dated attestation counts as evidence for it; without one it is not known, and never fine.
enum class two_factor_evidence { shown, not_required, not_known };

struct two_factor_verdict {
    two_factor_evidence evidence = two_factor_evidence::not_known;
    std::string reason;  // why it is not shown
    std::vector<deviation> deviations;
};

two_factor_verdict judge_two_factor(const resource_type& type, const two_factor_policy& policy,
                                    time_point now);

}  // namespace trunkwarden
