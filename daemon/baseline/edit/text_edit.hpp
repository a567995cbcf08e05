#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Changes of a text that leave every other byte alone.

namespace trunkwarden {

struct text_edit {
    std::size_t at = 0;      // bytes from the beginning of the text
    std::size_t length = 0;  // how many are replaced
    std::string text;
};

// The text with all edits made. Edits must not overlap; those at one place are made in the order given.
std::string applied(std::string_view text, std::vector<text_edit> edits);

// A line as the places where it begins, where its content ends, and where the next line begins.
struct line_extent {
    std::size_t begin = 0;
    std::size_t end = 0;   // before its line end, "\n" or "\r\n"
    std::size_t next = 0;  // the size of the text when there is none
};

// The line that holds the byte at `at`; at the end of the text, the last one.
line_extent line_at(std::string_view text, std::size_t at);

// How many spaces it begins with.
std::size_t indentation(std::string_view text, const line_extent& line);

// Nothing but spaces and tabs.
bool is_blank(std::string_view text, const line_extent& line);

// A comment and nothing else.
bool is_comment(std::string_view text, const line_extent& line);

// How this text ends its lines: as its first line does, or "\n".
std::string_view newline_of(std::string_view text);

}  // namespace trunkwarden
