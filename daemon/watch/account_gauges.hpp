#pragma once

#include "account/account.hpp"
#include "metrics/gauge_state.hpp"

// What an account looks like from outside, for metrics. Pure.

namespace trunkwarden {

finding_labels labels_of(const finding& f);

// All but what its client knows.
account_gauges gauges_of(const account& watched);

}  // namespace trunkwarden
