#pragma once

#include <vector>

#include "containment/plan.hpp"
#include "findings/ledger.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The findings for which steps are planned in this round.
struct plan_queue {
    std::vector<finding> due;           // the heaviest first, at most fifty
    std::vector<finding> uses;          // about a use that can be stopped, the heaviest first
    std::vector<finding> recurring;     // that came back often enough to escalate
    std::vector<refused_step> refused;  // the others about which something could be done, and why not now
};

// Chooses among the open findings. A first look at an account may show thousands: nobody reads as many plans,
// and each takes requests. A critical finding always has its turn. Of each other severity a hundred have it
// within an hour; steps that act and steps on paper (dry runs, and those that wait for a person) are counted
// apart, so that neither uses up the places of the other, and steps that came to nothing are not counted.
// `blocked` is why nothing may be done in the account at all. Pure.
plan_queue queue_of(const ledger& findings, const quarantine_settings& policy,
                    const std::vector<action>& history, const optional_reason& blocked, time_point now);

}  // namespace trunkwarden
