#pragma once

#include <boost/json/object.hpp>

#include <span>
#include <string_view>

namespace trunkwarden {

// The JSON Schema (draft-07) of the settings file. It accepts what the parser accepts and the other way
// round, but for rules that a schema cannot express: tests/check_schemas.py lists them.
boost::json::object settings_schema(std::span<const std::string_view> resources);

}  // namespace trunkwarden
