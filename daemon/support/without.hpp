#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// The text with "(secret)" in every place of `hidden`. Nothing is hidden when `hidden` is empty.
std::string without(std::string text, std::string_view hidden);

}  // namespace trunkwarden
