#pragma once

#include <cstdint>

namespace trunkwarden {

// How a command prints what it has to say (--output).
enum class output_format : std::uint8_t { text, json, markdown, html };

}  // namespace trunkwarden
