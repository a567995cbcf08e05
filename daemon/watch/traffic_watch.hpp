#pragma once

#include <cstdint>
#include <functional>

#include "account/account.hpp"
#include "support/async/async.hpp"

// The traffic has a clock of its own, as the balance has. Only products that the baseline names are read.

namespace trunkwarden {

// One of many readings takes the requests that a minute leaves for it, and products have turns. The only one,
// as `check` makes it, reads each product.
enum class traffic_reading : std::uint8_t { one_of_many, only_one };

// Reads the traffic and judges it. Nothing where the baseline says nothing about traffic.
task<> read_traffic(account& account, traffic_reading reading = traffic_reading::one_of_many);

// The same every poll.usage_interval, for ever; calls `when_read` after each turn.
task<> watch_traffic(account& account, std::function<void()> when_read);

// Judges the last readings by the active baseline. While a product cannot be read, nothing is over.
void evaluate_traffic(account& account);

}  // namespace trunkwarden
