#pragma once

#include <vector>

#include "account/account.hpp"

// Registrations beyond what one reading of them shows: two clients that know one password take turns.

namespace trunkwarden {

// Remembers from where each user name is registered. Where the baseline trusts every address, on purpose,
// turns mean nothing and are not remembered.
void see_registrants(account& account, const resource_type& type, const object_list& objects,
                     const observation& observation);

// One deviation of kind exceeded, high, for each user name that has two holders. None while the baseline says
// nothing about registrations.
void add_shared_passwords(const account& account, const resource_type& type, time_point now,
                          std::vector<deviation>& to);

}  // namespace trunkwarden
