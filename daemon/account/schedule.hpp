#pragma once

#include <vector>

#include "account/account.hpp"

// When each list is read next, and for how long it may go unread. Pure.

namespace trunkwarden {

// The target age of a list: short lists are read often, long ones (over ten pages) rarely.
duration target_age(const polled_list& list, const poll_settings& poll);

// From the beginning of the reading just made to that of the next.
duration until_next_reading(const account_view& view, const poll_settings& poll, const polled_list& list);

// By index of account_config::types: how long a resource may go without a complete reading before it counts
// as blind.
std::vector<duration> stale_limits(const account_view& view, const poll_settings& poll);

}  // namespace trunkwarden
