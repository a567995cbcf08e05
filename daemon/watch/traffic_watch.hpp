#pragma once

#include <functional>

#include "account/account.hpp"
#include "support/async/async.hpp"

// The traffic has a clock of its own, as the balance has. Only products that the baseline names are read.

namespace trunkwarden {

// Reads the traffic of each product once, as far as the requests of a turn suffice, and judges it. Nothing
// where the baseline says nothing about traffic.
task<> read_traffic(account& account);

// The same every poll.usage_interval, for ever; calls `when_read` after each turn.
task<> watch_traffic(account& account, std::function<void()> when_read);

// Judges the last readings by the baseline in force. While a product cannot be read, nothing is over.
void evaluate_traffic(account& account);

}  // namespace trunkwarden
