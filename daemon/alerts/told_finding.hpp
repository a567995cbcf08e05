#pragma once

#include <boost/json/object.hpp>

#include "findings/finding.hpp"

namespace trunkwarden {

// A finding as messages tell it: to_json() with the heaviest fields first, because only the first ones are
// shown everywhere, and an intruder who changes an object chooses how many change with them.
boost::json::object told_finding(finding f);

}  // namespace trunkwarden
