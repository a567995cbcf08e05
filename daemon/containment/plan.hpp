#pragma once

#include <vector>

#include "containment/action.hpp"
#include "containment/plan_context.hpp"
#include "containment/planning_input.hpp"

// Plans the actions about findings: findings, policy, limits, history and time in; ordered steps out, and the
// reason for each finding without a step. Pure. Nothing is sent here: quarantine.hpp carries out, and looks
// at everything again before it does.

namespace trunkwarden {

struct containment_plan {
    std::vector<action> steps;  // in the order in which they are carried out
    std::vector<refused_step> refused;
};

containment_plan plan_containment(const planning_input& with, const std::vector<candidate>& candidates);

}  // namespace trunkwarden
