#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "support/yaml/problem.hpp"

namespace trunkwarden {

struct text_fault {
    text_mark at;
    std::string message;
};

// The first thing that keeps `text` from being UTF-8 that a person can have typed: another encoding, bytes
// that are not UTF-8, control characters. (The YAML parser takes all of these, byte 4 as the end of the
// file.)
std::optional<text_fault> fault_of_encoding(std::string_view text);

// A run of brackets far deeper than anything that may be nested. (The YAML parser keeps all of it in memory,
// 240 bytes for each, before it reports the first.)
std::optional<text_fault> fault_of_brackets(std::string_view text);

// A character that looks like a space or like nothing, and is neither to YAML: where the first one is, and a
// sentence that names it. Pasted from a web page or a chat, it makes a key unknown, or a value another one.
struct lookalike {
    std::size_t at = 0;
    std::string message;
};
std::optional<lookalike> find_lookalike(std::string_view text);

}  // namespace trunkwarden
