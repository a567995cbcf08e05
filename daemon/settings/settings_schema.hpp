#pragma once

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace trunkwarden {

// The JSON Schema (draft-07) of the settings file. What it accepts the parser accepts and the other way
// round, but for what a schema cannot say: tests/check_schemas.py lists it.
boost::json::object settings_schema(std::span<const std::string_view> resources);

}  // namespace trunkwarden
