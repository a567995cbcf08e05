#pragma once

#include <string>
#include <string_view>

#include "account/account.hpp"
#include "fetch/request_priority.hpp"
#include "support/async/async.hpp"
#include "use/running_calls.hpp"

namespace trunkwarden {

// One page is as much as is ever read of the calls of a connection: one call where only their number matters,
// else the most that a page takes, for their ids and durations.
enum class calls_shown { first, a_page };

// The request for them.
std::string running_calls_target(std::string_view connection, calls_shown shown);

// The calls that run on a connection or application now. Fails where the API does not show them.
task<result<running_calls>> read_running_calls(account_io& io, std::string connection, calls_shown shown,
                                               request_priority priority);

}  // namespace trunkwarden
