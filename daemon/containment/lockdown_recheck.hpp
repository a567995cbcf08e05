#pragma once

#include "account/account.hpp"
#include "containment/lockdown_plan.hpp"
#include "containment/lockdown_secrets.hpp"
#include "support/async/async.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Reads the object of a rotation that an earlier run has done. Returns why its secret cannot be trusted to be
// the one that was made then (`made`, nullptr where none is known); nothing where it is, or where the API
// shows asterisks, which prove nothing.
task<optional_reason> why_not_in_force(account& watched, const lockdown_item& item, const new_secret* made);

}  // namespace trunkwarden
