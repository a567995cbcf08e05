#pragma once

#include "account/account.hpp"
#include "findings/ledger.hpp"
#include "snapshot/objects.hpp"

// How a sweep evaluates the list of users: it names the actors of findings and the owners of API keys.

namespace trunkwarden {

// Notes for each API key whether its owner is still a user, and whether a key without an owner is used.
void remember_owners(const account_config& config, account_memory& memory, const object_list& keys);

// Takes the users over when `list` holds them. Call it before the other evaluations of the list: the actor of
// a change may be a new user.
void see_people(account& account, const polled_list& list, const observation& observation);

}  // namespace trunkwarden
