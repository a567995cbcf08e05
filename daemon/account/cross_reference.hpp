#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "findings/attribution.hpp"
#include "snapshot/unclaimed.hpp"

// Relations between the lists of one account. Pure.

namespace trunkwarden {

// Names of connections, applications and profiles, which other objects point to by id.
object_names names_in(const account_view& view);

// Names of every object that has one beside its id, numbers left out: they name themselves.
object_names every_name_in(const account_view& view);

// Finds the object that an audit event names in the lists.
audited_object object_named(const account_view& view, std::string_view id);

// Users who may sign in beside single sign-on, by their names.
std::vector<std::string> users_past_single_sign_on(const account_view& view);

claimed_connections claimed_by_lists(const account_view& view);

// Whether a list is the index over all connections, which is compared with the typed lists.
bool is_index(const account_view& view, const polled_list& list);

// Lists whose type claims an object of the index that their last reading does not hold.
std::vector<polled_list*> stale_typed_lists(account_view& view, const list_contents& index);

}  // namespace trunkwarden
