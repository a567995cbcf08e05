#pragma once

#include "account/account.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Reads every list of the account once and keeps what it holds in `objects` and `seen`, without judging it by
// a baseline.
task<> read_everything(account& watched);

}  // namespace trunkwarden
