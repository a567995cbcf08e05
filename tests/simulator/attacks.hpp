#pragma once

#include <boost/json.hpp>

#include <string_view>

#include "simulator/account.hpp"

// The steps of an account takeover, by name, with realistic contents.

namespace trunkwarden::simulator {

// Carries out the attack and returns {"path", "id", "object"}. `how` may have "id" (the victim object;
// otherwise one is chosen), "object" (merged into what is created) and "changes" (merged into what is
// changed). Throws std::invalid_argument when there is no such attack, or nothing to attack.
boost::json::object attack(account& on, std::string_view name, const boost::json::object& options,
                           const author& who);

// [{"name", "path"}]: which list each attack touches.
boost::json::array attack_names();

}  // namespace trunkwarden::simulator
