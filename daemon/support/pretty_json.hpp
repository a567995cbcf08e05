#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace trunkwarden {

// JSON for people: indented by two spaces, short arrays and objects on one line, numbers as one writes them.
// Ends with a newline.
std::string pretty_json(const boost::json::value& value);

}  // namespace trunkwarden
