#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// In one line.
std::string base64(std::string_view bytes);

}  // namespace trunkwarden
