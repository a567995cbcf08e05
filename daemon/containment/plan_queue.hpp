#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "containment/plan_context.hpp"
#include "findings/ledger.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// So many objects are read in one round, to plan steps about them.
inline constexpr std::size_t max_looks_in_a_round = 50;

// A look at the object of a finding after which no step could be planned.
struct look_in_vain {
    time_point at;
    severity level{};  // of the finding alone
};
using looks_in_vain = std::map<std::string, look_in_vain, std::less<>>;  // by finding

// The findings for which steps are planned in this round.
struct plan_queue {
    std::vector<finding> due;           // in the order in which they have their turn
    std::vector<finding> uses;          // about a use that can be stopped, the most severe first
    std::vector<finding> recurring;     // that came back often enough to escalate
    std::vector<refused_step> refused;  // the others about which something could be done, and why not now
};

// Chooses among the open findings. A first look at an account may show thousands: nobody reads as many plans,
// and each takes requests. A critical finding always has its turn. Of each other severity a hundred have it
// within an hour; steps that act, those that wait for a person and dry runs are counted apart, so that none
// uses up the places of another, and steps that came to nothing are not counted. Of one severity those that
// act come first.
// After every four of them one has its turn that was looked at in vain before, the longest ago first:
// findings that nobody can answer, however many and heavy, take the turns of no others. One that became
// heavier since then is as good as new. `blocked` is why nothing may be done in the account at all. Pure.
struct queue_input {
    const quarantine_settings& policy;
    const std::vector<action>& history;
    const looks_in_vain& in_vain;
    optional_reason blocked;
    time_point now;
};
plan_queue queue_of(const ledger& findings, const queue_input& with);

}  // namespace trunkwarden
