#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace trunkwarden {

// SHA-256 of some bytes.
using digest = std::array<unsigned char, 32>;
digest sha256(std::string_view bytes);

// Two lower-case digits for each byte.
std::string hex(const unsigned char* bytes, std::size_t size);

}  // namespace trunkwarden
