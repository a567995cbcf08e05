#pragma once

#include <string>

namespace trunkwarden {

// The organisation that an answer of the API names: `data.organization_id`, or that of the first item of
// `data`.
// "" when it names none, or is not understood. `body` has body_padding bytes of capacity to spare.
std::string organization_in(const std::string& body);

}  // namespace trunkwarden
