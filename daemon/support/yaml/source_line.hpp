#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace trunkwarden {

// A place in a text as a parser knows it: cheap to carry along, turned into a text_position when it is
// reported.
struct text_mark {
    std::uint32_t line = 0;    // from 1
    std::uint32_t offset = 0;  // bytes from the beginning of the text
};

// A line of a file, to be shown to a person, and the column in it that a sentence is about.
struct source_line {
    std::string line;       // printable; "" when there is nothing to show
    std::size_t caret = 0;  // columns of a terminal before the place
};

// The line of `text` that the mark is in. Its author may have put a secret there, so that only values of
// `shown_keys` are in it, and only where the lines above do not say that this is part of another value; the
// rest is "(secret)". Comments are left out, and of a long line what is far from the place.
source_line source_line_of(std::string_view text, text_mark at, std::span<const std::string_view> shown_keys);

}  // namespace trunkwarden
