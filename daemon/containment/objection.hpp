#pragma once

#include "baseline/baseline.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/plan.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Why an action must not be carried out on its object as it is now, though it was planned or approved. `now`
// is nullptr when the object is not there. The request of a step that nobody approved is made anew from the
// object.
optional_reason precondition_failure(action& planned, const observed_object* now, const baseline& trusted,
                                     const plan_context& context);

}  // namespace trunkwarden
