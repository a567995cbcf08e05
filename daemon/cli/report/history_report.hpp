#pragma once

#include <boost/json/object.hpp>

#include <string>

#include "cli/report/terminal.hpp"

namespace trunkwarden {

// A part of the history (status/history_json.hpp) for people: an event a paragraph, the oldest first, in UTC
// and in local time where that differs; then what is not shown.
std::string history_text(const boost::json::object& history, layout layout);

}  // namespace trunkwarden
