#pragma once

#include <string_view>

#include "catalogue/resource_type.hpp"

// The API's own client asks for some lists below /v2 once more ("/v2/v2/mobile_phone_numbers"), and nobody
// knows whether they are there, or at the plain path beside all others (docs/telnyx-api.md, decision 46).
// Both are tried.

namespace trunkwarden {

// "/mobile_phone_numbers" for "/v2/mobile_phone_numbers"; "" for a path that has no /v2 of its own.
std::string_view plain_path(std::string_view path);

// The same resource, read and written at its plain path. Without effect where it has none.
resource_type at_plain_path(resource_type type);

}  // namespace trunkwarden
