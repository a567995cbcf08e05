#pragma once

#include <functional>

#include "account/account.hpp"
#include "support/async/async.hpp"

// The running calls of the connections and applications that the baseline names. Others are not asked about:
// each is a request of its own.

namespace trunkwarden {

// Counts them once and judges. Nothing where the baseline says nothing about them.
task<> read_active_calls(account& account);

// The same every poll.usage_interval, for ever; calls `when_read` after each round.
task<> watch_active_calls(account& account, std::function<void()> when_read);

// Judges the last counts by the active baseline.
void evaluate_active_calls(account& account);

}  // namespace trunkwarden
