#pragma once

#include <string_view>
#include <vector>

#include "account/account.hpp"

// When each list is read next, and for how long it may go unread. Pure.

namespace trunkwarden {

// Lists that are made of answers about single objects (account/questions.hpp) cost so much of the account's
// allowance, and no more: ten requests a minute over all of them. A list takes longer where the baseline
// names more objects, never because somebody creates some.
inline constexpr duration between_questions = std::chrono::seconds(6);

// The target age of a list: short lists are read often; long ones (over ten pages), those that are made of
// answers, and those of products that few accounts have, rarely.
duration target_age(const polled_list& list, const poll_settings& poll);

// How long a list may go without a complete reading before its resources count as blind.
duration stale_limit(const polled_list& list, const poll_settings& poll);

// From the beginning of the reading just made, which took so long, to that of the next. A short list is read
// again when nine tenths of its target age have passed since that reading ended, and when all of it has since
// it began at the latest: a change is seen and its alert sent before the target age is over, and lists that
// waited for each other at the gate do so once.
duration until_next_reading(const account_view& view, const poll_settings& poll, const polled_list& list,
                            duration took);

// How long from `now` a reading of the list waits for an allowance that others have used up: until halfway
// between its target age and the moment from which it counts as blind. From then on it is due. Time counts
// from the API's last answer: a list that is answered, but never complete, is not always due.
duration until_due(const account_view& view, const poll_settings& poll, const polled_list& list,
                   time_point now);

// The class in which the list is read next. One that changed whenever it was read goes with those that money
// depends on.
urgency urgency_of(const account_view& view, const polled_list& list);

// How long each resource may go without a complete reading, by index of account_config::types: the limit of
// its list; of running calls, two rounds over the connections that the baseline names.
std::vector<duration> stale_limits(const account& watched);

// How long after its first reading a list is read again, so that the lists of many accounts are spread over
// the interval from then on: never longer than that.
duration phase_of(std::string_view account, std::string_view list, duration interval);

// By list: whether it is read so rarely that nobody waits for it (sweep_tracker).
std::vector<bool> rarely_read(const account_view& view);

}  // namespace trunkwarden
