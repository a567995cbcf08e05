#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "snapshot/json_text.hpp"

namespace trunkwarden {

// The name of a member that an object has twice; nothing when there is none. Parsers do not agree on which of
// two counts, so that such an object says nothing. Looked at are its own members, of the same places in
// `names` and `values`, and everything within those that are named in `parts`. Objects in arrays are objects
// of their own.
std::optional<std::string> repeated_member(std::span<const std::string_view> names,
                                           std::span<const json_element> values,
                                           std::span<const std::string_view> parts);

}  // namespace trunkwarden
