#pragma once

#include <boost/json/object.hpp>

#include "findings/coverage.hpp"

namespace trunkwarden {

// {"resource", "state", "items", "reason"}: how many items there are is null unless all of them were read.
boost::json::object to_json(const coverage& coverage);

}  // namespace trunkwarden
