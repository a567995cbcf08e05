#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "baseline/baseline.hpp"
#include "diff/deviation.hpp"
#include "fetch/probe_result.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The evidence about two-factor authentication. No endpoint shows it (Telnyx documents none), so only a
// person's dated attestation and the owner's own probe count as evidence for it; without any it is not known,
// and never fine.
enum class two_factor_evidence { shown, off, not_required, not_known };

// The evidence beside the attestation.
struct two_factor_signs {
    std::optional<probe_result> probe = {};    // nullopt: none is set up; see known_after()
    std::optional<audit_event> changed = {};   // the newest event for which is_about_two_factor() holds
    std::vector<std::string> bypass_sso = {};  // users who sign in beside single sign-on
};

struct two_factor_verdict {
    two_factor_evidence evidence = two_factor_evidence::not_known;
    optional_reason reason;  // why it is not shown
    std::vector<deviation> deviations;
};

// The probe is evidence for an hour, the attestation for the policy's max_age; a change of two-factor
// authentication after either makes it worth nothing. That the probe says "off" outweighs an attestation.
two_factor_verdict judge_two_factor(const resource_type& type, const two_factor_policy& policy,
                                    time_point now, const two_factor_signs& signs = {});

}  // namespace trunkwarden
