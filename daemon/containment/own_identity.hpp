#pragma once

#include "account/account.hpp"
#include "containment/plan.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Which key of the account is the monitor's own, and whether the list of keys has it.
own_identity own_key_of(const account& watched);

// Whose key it is, by /whoami: the user's id and e-mail address, or neither where the API does not say. Fails
// when it could not be asked.
task<result<own_identity>> ask_own_user(account& watched);

}  // namespace trunkwarden
