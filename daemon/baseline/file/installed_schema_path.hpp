#pragma once

#include <string_view>

namespace trunkwarden {

// Where the package installs the JSON Schema of baselines. Editors find it by the first line of a captured
// file.
inline constexpr std::string_view installed_schema_path =
    "/usr/share/trunkwarden/schema/baseline.schema.json";

}  // namespace trunkwarden
