#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trunkwarden {

enum class colour : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };
enum class styling : std::uint8_t { off, on };

// Colour only on a terminal, and never when NO_COLOR is set (no-color.org) or TERM is dumb.
styling styling_of(int file_descriptor);

std::string styled(std::string_view text, colour how, styling when);

// Columns that a text takes on a terminal: code points, not bytes.
std::size_t width_of(std::string_view text);

std::string padded(std::string_view text, std::size_t width);

// How a text is laid out for its reader.
struct layout {
    styling style = styling::off;
    std::size_t width = 0;  // columns; 0: lines are not broken, for pipes and files
};

// By the terminal that a descriptor is; its width, or 80 when it does not tell.
layout layout_of(int file_descriptor);

// Lines of `text`, broken between words where they would be wider than `width`; the first one begins in
// column `column`, the others are indented by `indent`. A word that is wider than a line stays whole: an id
// that is broken cannot be copied. No line ends in a newline.
struct hanging {
    std::size_t column = 0;
    std::size_t indent = 0;
};
std::vector<std::string> wrapped(std::string_view text, std::size_t width, hanging from);

// The same of pieces that are not broken themselves, with two spaces between them.
std::vector<std::string> wrapped(const std::vector<std::string>& pieces, std::size_t width, hanging from);

// One line on a terminal that is written over while work goes on; nothing when stderr is not a terminal.
class progress_line {
public:
    progress_line();
    ~progress_line();
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;

    void show(std::string_view text);
    void clear();

private:
    bool active_ = false;
    bool shown_ = false;
};

}  // namespace trunkwarden
