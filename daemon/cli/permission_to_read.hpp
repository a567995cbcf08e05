#pragma once

#include <string>
#include <string_view>

#include "findings/coverage.hpp"

namespace trunkwarden {

// The permission that a key lacks when the API refuses this list, for people: who can give it, and the action
// of Telnyx IAM that it is. Telnyx' documents name few of the actions (docs/telnyx-api.md).
std::string permission_to_read(std::string_view path);

// Lines about a resource that the key cannot read, for people: the reason, the hidden things, and the missing
// permission.
std::string describe_unreadable(const coverage& hole);

}  // namespace trunkwarden
