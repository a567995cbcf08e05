#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// How a YAML file writes `text` so that this reader, and any other of YAML 1.2, reads it as that text: plain
// where nobody could read anything else, else in double quotes. Ids and numbers with leading zeros or a
// fraction are quoted, small whole numbers, true and false are not. One line, also inside [ ].
std::string yaml_scalar(std::string_view text);

// Whether YAML 1.2 reads the plain `text` as null. (NO is a text in it. true and false do not count: a
// baseline reads them as what they say.)
bool is_word_of_yaml(std::string_view text);

}  // namespace trunkwarden
