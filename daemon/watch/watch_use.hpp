#pragma once

#include <functional>

#include "account/account.hpp"
#include "support/async/async.hpp"

// The clock that each watch of use has for itself.

namespace trunkwarden {

// One kind of use, as it is read.
struct use_reading {
    bool (*is_asked_for)(const baseline&);
    task<> (*read)(account&);  // nothing where it is not asked for
};

// Reads it every poll.usage_interval, for ever, and calls `when_read` after each reading. While the baseline
// does not ask for it, looks at least every 5 s whether a reload does.
task<> watch_use(account& account, use_reading use, std::function<void()> when_read);

}  // namespace trunkwarden
