#pragma once

#include <string_view>

namespace trunkwarden {

extern const std::string_view version;
extern const std::string_view revision;  // of the source, or "unknown"

}  // namespace trunkwarden
