#pragma once

#include <functional>

#include "account/account.hpp"
#include "support/async/async.hpp"

// The balance has a clock of its own: spending is seen by its falls, while a list is read for its objects.

namespace trunkwarden {

// Reads the balance once and judges what was spent. Nothing where the baseline says nothing about it.
task<> read_balance(account& account);

// The same every poll.usage_interval, for ever; calls `when_read` after each reading.
task<> watch_spending(account& account, std::function<void()> when_read);

// Judges the last reading by the active baseline. While the balance cannot be read nothing is judged: open
// findings stay open.
void evaluate_spending(account& account);

}  // namespace trunkwarden
