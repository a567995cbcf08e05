#pragma once

#include <boost/json/object.hpp>

#include <span>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The JSON Schema (draft-07) of baselines: every resource, its entries' keys, and what their values look
// like. What it accepts the parser accepts and the other way round, but for what a schema cannot say:
// tests/check_schemas.py lists it.
boost::json::object baseline_schema(std::span<const resource_type> types);

}  // namespace trunkwarden
