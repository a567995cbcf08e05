#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/stopped_values.hpp"
#include "baseline/baseline.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/plan_context.hpp"
#include "containment/protection.hpp"
#include "containment/recurrence.hpp"
#include "containment/replaced_baseline.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "support/optional_reason.hpp"

// Plans the actions about findings: findings, policy, limits, history and time in; ordered steps out, and the
// reason for each finding without a step. Pure. Nothing is sent here: quarantine.hpp carries out, and looks
// at everything again before it does.

namespace trunkwarden {

struct containment_plan {
    std::vector<action> steps;  // in the order in which they are carried out
    std::vector<refused_step> refused;
};

// Whether to read the object and plan: there is a measure for the finding, none is under way, and nobody
// decided about the object as it is. If not, `why` holds the reason where people should see one. `history`:
// of the actions those that concern the finding (containment/action_index.hpp).
struct need_to_look {
    bool is_needed = false;
    optional_reason why = {};
    recurrence back = {};
};
need_to_look is_worth_a_look(const quarantine_settings& policy, const finding& about,
                             const std::vector<const action*>& history, time_point now);

// From so many returns within six hours on, switching off the outbound voice profiles is offered beside
// containing again.
inline constexpr std::size_t returns_before_escalation = 2;

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
containment_plan plan_containment(const planning_input& with, const std::vector<candidate>& candidates);

}  // namespace trunkwarden
