#pragma once

#include <boost/json/object.hpp>

#include <span>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The JSON Schema (draft-07) of baselines: every resource, its entries' keys, and the form of their values.
// The schema accepts what the parser accepts and the other way round, but for rules that a schema cannot
// express: tests/check_schemas.py lists them.
boost::json::object baseline_schema(std::span<const resource_type> types);

}  // namespace trunkwarden
