#pragma once

#include <boost/json.hpp>

#include <string_view>

#include "simulator/account.hpp"

// The use of an account with stolen credentials: it changes nothing that a list shows.

namespace trunkwarden::simulator {

// Calls or messages: {"product", "to", "from", "connection_id", "profile_id", "count" at the same time,
// "seconds" of each, "rate" for each started minute or each message, "waves" one after the other, "every_s"
// between them, "ago_s" since the first, "refused": true}. Everything has a default. "to" may end in "#":
// such a number for each call. Waves that lie ahead are made when it is time, and refused once their
// connection or profile is switched off. Returns how many there are.
boost::json::object make_use(account& on, const boost::json::object& options);

// A theft by name, with the members of make_use(). Throws std::invalid_argument when there is no such theft.
boost::json::object steal(account& on, std::string_view name, const boost::json::object& options);

// [{"name", "words"}]
boost::json::array theft_names();

}  // namespace trunkwarden::simulator
