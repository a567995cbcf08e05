#pragma once

#include <cstddef>
#include <vector>

#include "account/stopped_values.hpp"
#include "baseline/baseline.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/plan_context.hpp"
#include "containment/replaced_baseline.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

// After so many returns within six hours, switching off the outbound voice profiles is offered beside
// containing again.
inline constexpr std::size_t returns_before_escalation = 2;

// All that a plan is made of beside the findings and their objects.
struct planning_input {
    const quarantine_settings& policy;
    const plan_context& context;
    const baseline& trusted;
    const std::vector<replaced_baseline>& replaced;
    const std::vector<finding>& recurring;  // findings that came back often enough to escalate
    const std::vector<observed_object>&
        kill_switches;  // outbound voice profiles as they were just read, for these
    const std::vector<action>& history;
    const stopped_values& stopped;
};

}  // namespace trunkwarden
