#pragma once

#include <cstdint>

#include "support/enum_names.hpp"

namespace trunkwarden {

// How a command prints what it has to say (--output).
enum class output_format : std::uint8_t { text, json, markdown, html, ocsf };

template <>
inline constexpr auto names_of<output_format> = word_table<output_format>("text", "json", "markdown", "html",
                                                                          "ocsf");

}  // namespace trunkwarden
