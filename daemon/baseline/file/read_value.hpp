#pragma once

#include <string>
#include <string_view>

#include "baseline/baseline.hpp"
#include "support/result.hpp"

// Reads one scalar of a baseline. A failure's sentence lacks its beginning, the name of the field:
// `must be true or false, not "yes"`.

namespace trunkwarden {

// One value that a field of this kind, which is no set, may have.
result<accepted_value> read_value(value_kind kind, std::string_view written);

// One member of a set, canonical.
result<std::string> read_member(value_kind kind, std::string_view written);

}  // namespace trunkwarden
