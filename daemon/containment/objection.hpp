#pragma once

#include <vector>

#include "account/stopped_values.hpp"
#include "baseline/baseline.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/plan_context.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Why an action must not be carried out on its object as it is now, though it was planned or approved. `now`
// is nullptr when the object is not there. The request of a step that nobody approved is made again from the
// object.
struct terms_of_action {
    const baseline& trusted;
    const plan_context& context;
    const stopped_values& stopped;
};
optional_reason precondition_failure(action& planned, const observed_object* now,
                                     const terms_of_action& terms);

// Why a step is not carried out although it was planned or approved: a person undid another one after that,
// and the object is still as it was then. `history`: of the same account.
optional_reason undone_meanwhile(const action& planned, const observed_object& now,
                                 const std::vector<action>& history);

}  // namespace trunkwarden
