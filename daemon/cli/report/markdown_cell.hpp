#pragma once

#include <string>
#include <string_view>

#include "support/escape.hpp"

namespace trunkwarden {

// A table cell: nothing that an intruder wrote ends a row or makes a link.
inline std::string cell(std::string_view text)
{
    std::string out;
    for (const char c : printable(text, 1000)) {
        if (c == '|' || c == '`' || c == '<' || c == '[' || c == '*' || c == '_')
            out += '\\';
        out += c;
    }
    return out;
}

}  // namespace trunkwarden
