#pragma once

#include <boost/json.hpp>

#include <string_view>

#include "simulator/account.hpp"

// The use of an account by its owners that looks like a theft, and has to be told apart from one.

namespace trunkwarden::simulator {

// By name; of uses that are calls with the members of make_use() (thefts.hpp). Throws std::invalid_argument
// when there is no such use.
boost::json::object use_honestly(account& on, std::string_view name, const boost::json::object& options);

// [{"name", "words"}]
boost::json::array honest_use_names();

}  // namespace trunkwarden::simulator
