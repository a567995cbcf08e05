#pragma once

#include "account/account.hpp"
#include "containment/plan.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Which key of the account is the monitor's own, and whether the list of keys has it. Where the settings do
// not say, it is the one whose id the key begins with, if the list has exactly that id; else it is not known.
monitor_identity monitor_key_of(const account& watched);

// The owner of the key, by /whoami: the user's id and e-mail address, or neither where the API does not say;
// noted in watched.memory.people, too. Fails when /whoami could not be asked.
task<result<monitor_identity>> ask_monitor_user(account_memory& memory, const account_io& io);

// Whether the monitor's own key is on the list of keys at this moment, as the list is read for this. Fails
// when it cannot be read.
task<result<bool>> is_own_key_listed(account& watched, std::string key_id);

}  // namespace trunkwarden
