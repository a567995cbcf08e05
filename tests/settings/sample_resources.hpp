#pragma once

#include <array>
#include <string_view>

// The resources that tests of settings know.

namespace trunkwarden::examples {

inline constexpr std::array<std::string_view, 4> resources{"api_keys", "ips", "phone_numbers", "two_factor"};

}  // namespace trunkwarden::examples
