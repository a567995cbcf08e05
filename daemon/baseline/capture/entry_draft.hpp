#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"

// Entries that are to be written into a baseline.

namespace trunkwarden {

struct entry_draft {
    enum class form : std::uint8_t {
        value,   // key: value
        any_of,  // one value as such, several as a list
        set,     // always a list
    };
    struct line {
        std::string key;
        std::vector<std::string> values;  // as a baseline means them: a star that is no wildcard is \*
        form style = form::value;
        std::vector<std::string> above =
            {};                   // comments on lines of their own, each one line without its "# "
        std::string behind = {};  // a comment behind the value, or behind the key of a long list
        friend bool operator==(const line&, const line&) = default;
    };
    std::vector<line> lines;  // in the order in which they are written
    friend bool operator==(const entry_draft&, const entry_draft&) = default;
};

// The narrowest entry that trusts one object as it is: its ids, the field that is its name, then every other
// watched field that is no secret, one without a value as "". `values` are canonical, in the order of
// type.fields. Nothing in it is a wildcard.
entry_draft draft_of(const resource_type& type, std::string_view id,
                     std::span<const std::string_view> values);

// How a file writes its entries.
struct entry_style {
    std::size_t indent = 2;  // of the "- " that begins an entry
    std::string_view newline = "\n";
};

// The entry as lines of YAML, each with its end. Long lists get a line for each value, so that a diff shows
// what was added.
std::string entry_text(const entry_draft& draft, const entry_style& style);

}  // namespace trunkwarden
