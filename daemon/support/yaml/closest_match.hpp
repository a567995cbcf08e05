#pragma once

#include <span>
#include <string>
#include <string_view>

namespace trunkwarden {

// The one of `known` that `text` was most likely meant to be; "" when none is near.
std::string_view closest_match(std::string_view text, std::span<const std::string_view> known);

// The end of a sentence about an unknown word: `; did you mean "interval"?`, or which words there are when
// they are few, or "".
std::string suggestion(std::string_view text, std::span<const std::string_view> known);

}  // namespace trunkwarden
