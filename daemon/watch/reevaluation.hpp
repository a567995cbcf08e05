#pragma once

#include <string_view>

#include "account/account.hpp"
#include "support/async/async.hpp"
#include "support/async/worker_thread.hpp"

// Diff and apply without reading: the last complete readings evaluated by what is trusted now.

namespace trunkwarden {

// Evaluates every list again, on the thread aside, because a hundred thousand objects take a while. A list
// that is read meanwhile is evaluated by the new baseline anyway.
task<> reevaluate(account& account, worker_thread& aside);

// The same for the resource of this name, at once.
void reevaluate(account& account, std::string_view name);

}  // namespace trunkwarden
