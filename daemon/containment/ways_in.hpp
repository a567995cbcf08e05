#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/lockdown_plan.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// The ways in: users, keys, OAuth clients and grants, and single sign-ons that can read the account through
// the API or the portal. The API shows secrets to all of them, so that a new secret is worth nothing as long
// as a thief has one.
struct ways_in {
    std::vector<std::string>
        open;  // that the baseline does not trust, or that could not be read: a sentence each
    std::vector<std::string> trusted;  // that it trusts and that stay: the thief may have one of them
};

// Whether objects of this type are ways in.
bool is_way_in(const resource_type& type);

// Reads them as they are now. The monitor's own key and user are in neither list.
task<ways_in> look_for_ways_in(account& watched, const lockdown_account& by);

// Adds the object to `out` when it is a way in. Pure.
void judge_way_in(const lockdown_account& by, const resource_type& type, const object_view& object,
                  ways_in& out);

}  // namespace trunkwarden
