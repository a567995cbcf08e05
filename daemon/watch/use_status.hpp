#pragma once

#include "account/account.hpp"
#include "use/use_summary.hpp"

namespace trunkwarden {

// The use of the account as its parts were last read, for the status page.
use_summary use_of(const account& watched);

}  // namespace trunkwarden
