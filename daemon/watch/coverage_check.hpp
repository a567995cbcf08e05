#pragma once

#include "account/account.hpp"

namespace trunkwarden {

// Evaluates what no list shows: two-factor authentication, lists that have not been read for too long, a key
// that is refused, a state file that is not written, a baseline file that is not trusted. Publishes the
// events.
void evaluate_coverage(account& account);

}  // namespace trunkwarden
