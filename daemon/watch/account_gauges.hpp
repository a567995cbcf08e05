#pragma once

#include "account/account.hpp"
#include "metrics/gauge_state.hpp"

// The gauges and labels of an account, for metrics. Pure.

namespace trunkwarden {

finding_labels labels_of(const finding& f);

// All but the numbers of its client.
account_gauges gauges_of(const account& watched);

}  // namespace trunkwarden
