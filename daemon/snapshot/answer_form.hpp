#pragma once

#include <span>
#include <string>
#include <string_view>

#include "snapshot/json_text.hpp"

// The form of an answer that is another than documented, for a person who has to find out how Telnyx answers:
// names of members, and not many; never a value.

namespace trunkwarden {

// `"items", "page" and 3 more`, or "no members".
std::string quoted_names(std::span<const std::string_view> names);

// The form of an answer in which "data" is not the expected: `it is an array`, `it has "items", "page"`, `its
// "data" is text`.
std::string form_of(json_element answer);

}  // namespace trunkwarden
