#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// How a YAML file writes `text` so that this reader, and any other of YAML 1.2, takes it for that text: plain
// where nobody could take it for something else, else in double quotes. Ids and numbers with leading zeros or
// a fraction are quoted, small whole numbers, true and false are not. One line, also inside [ ].
std::string yaml_scalar(std::string_view text);

}  // namespace trunkwarden
