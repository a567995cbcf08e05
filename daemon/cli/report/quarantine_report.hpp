#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

#include "cli/report/terminal.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The actions of /api/v1/actions, for people: first those that wait, then those that need a look, then those
// that can be undone.
enum class actions_shown : std::uint8_t { current, all };
std::string quarantine_list_text(const boost::json::object& report, actions_shown which, time_point now,
                                 layout layout);

// All about one action.
std::string action_text(const boost::json::object& object, time_point now, layout layout);

}  // namespace trunkwarden
