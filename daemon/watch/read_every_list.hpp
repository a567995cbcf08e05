#pragma once

#include "account/account.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

using list_step = task<> (*)(account&, polled_list&);

// Reads every list of the account once, side by side. One that depends on others is read as soon as this call
// has read those: the index over all connections is compared with the typed lists, and answers are about the
// objects that lists show.
task<> read_every_list(account& account, list_step read);

}  // namespace trunkwarden
