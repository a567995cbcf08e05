#pragma once

#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "fetch/api_client.hpp"
#include "support/async/async.hpp"

// Objects that go off with the one that an action contains, and do not come back with it, as the tokens of a
// service account (containment::takes_along). The action remembers which were on.

namespace trunkwarden {

// Whether the action's request switches off more than its object.
bool takes_parts_along(const resource_type& type, const action& about);

// The parts of the action's object as they are now; none where its request takes none along.
task<result<std::vector<observed_object>>> observe_parts(account& watched, const action& about);

// The ids of those that are on. Nothing where the request takes none along, where they cannot be read, and
// where they are more than an action remembers (100).
task<std::optional<std::vector<std::string>>> parts_that_are_on(account& watched, const action& about);

// The requests that switch on those that the action took along and that are off.
std::vector<api_write> requests_for_parts(const action& undoing, const std::vector<observed_object>& now);

// How an undo left the parts, for people; "" where there is nothing to say. `refused` is what the API said to
// the last request that it did not take, "" if it took all.
std::string words_of_parts(const resource_type& type, const action& undoing,
                           const std::vector<observed_object>& now, const std::string& refused);

}  // namespace trunkwarden
