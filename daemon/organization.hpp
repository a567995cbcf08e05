#pragma once

#include "account.hpp"
#include "support/async.hpp"

namespace trunkwarden {

// Finds out whether the API key belongs to the organisation that the baseline pins, and notes it in
// `watched.organization`. Asks /whoami (undocumented, but seen everywhere), then documented lists whose items
// name their organisation.
task<> check_organization(account& watched);

}  // namespace trunkwarden
