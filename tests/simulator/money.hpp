#pragma once

#include <boost/json.hpp>

#include "simulator/account.hpp"

namespace trunkwarden::simulator {

// {"spend": "45.00"} or {"top_up": "100.00"}: the costs of calls and the payments of a card leave no other
// trace. Returns the balance. Throws std::invalid_argument when it has neither, or no amount.
boost::json::object move_money(account& on, const boost::json::object& options);

}  // namespace trunkwarden::simulator
