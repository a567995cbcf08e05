#pragma once

#include "account/account.hpp"
#include "support/async/async.hpp"
#include "support/log.hpp"

// Lists of connections beside the numbers that the API reports for them (account/connection_counts.hpp).
// No finding ends because of a number: a short list is not complete, so an object that it does not show is
// not gone.

namespace trunkwarden {

// Whether the API counts what this resource shows: connections and applications, and with the index those of
// kinds that have no list of their own.
bool is_counted(const resource_type& type);

// Hands the numbers to the lists that they are about.
void take_counts(account_view& view, const kind_counts& counts);

// Whether a list that was just read to its end may hide objects: it shows fewer than the API counts, and
// another reading of one of them has to decide. Where it would make a trusted object missing that was not
// missing before, the numbers are asked for first.
task<bool> may_hide_objects(account& account, const polled_list& list, const list_contents& contents);

// After every list was read, by `check` and `capture`: asks for the numbers, and `read` reads a list that
// disagrees with its number again, twice. Where the numbers cannot be read, the last ones stay.
task<> compare_lists_with_counts(account& account, task<> (*read)(trunkwarden::account&, polled_list&));

// The same every poll.large_interval, for ever, and after poll.interval while a list and its number disagree.
task<> watch_counts(account& account, logger& log);

}  // namespace trunkwarden
