#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/yaml/yaml_tree.hpp"

// Where a baseline's text has its sections and entries.

namespace trunkwarden {

// An entry in the list of its section.
struct entry_place {
    std::size_t at = 0;    // of its first key, or of its "{"
    std::size_t last = 0;  // where the last key or value in it begins
};

struct section_place {
    std::string name;
    std::size_t key = 0;   // of its key
    std::size_t last = 0;  // where the last key or value in it begins
    yaml_node::form is = yaml_node::form::null;
    std::size_t value = 0;  // of its value: of the "[", or of the "-" of the first entry; not of a null
    std::vector<entry_place> entries;
};

struct baseline_layout {
    std::vector<section_place> sections;  // in the order of the file
    bool in_braces = false;               // the whole file is one { }
};

// The places in a text that was read without problems; without a byte order mark in front.
baseline_layout layout_of(std::string_view text);

const section_place* find(const baseline_layout& layout, std::string_view section);

// One entry as a tree.
yaml_node tree_of(std::string_view text, std::string_view section, std::size_t entry);

// Where the last line that holds something of a block ends: `last` is where its last key or value begins,
// `limit` where the next one does, or the end of the text. Comments and blank lines that follow are left out.
std::size_t end_of_block(std::string_view text, std::size_t last, std::size_t limit);

// The place in the line of `at` that is so many bytes from its beginning.
std::size_t column_of(std::string_view text, std::size_t at);

// The "-" that begins the entry at `at`. Nothing in a flow list.
std::optional<std::size_t> dash_of(std::string_view text, std::size_t at);

}  // namespace trunkwarden
