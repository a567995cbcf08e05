#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/enum_names.hpp"

namespace trunkwarden {

enum class colour : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };
enum class styling : std::uint8_t { off, on };

// The user's choice of colours: automatic means only on a terminal, and never when NO_COLOR is set
// (no-color.org) or TERM is dumb.
enum class colouring : std::uint8_t { automatic, always, never };

template <>
inline constexpr auto names_of<colouring> = word_table<colouring>("auto", "always", "never");

// For all that is printed from then on. Called once, before a command runs.
void choose_colours(colouring colouring);

styling styling_of(int file_descriptor);

std::string styled(std::string_view text, colour in, styling when);

// Columns that a text takes on a terminal: code points, not bytes. Colours take none.
std::size_t width_of(std::string_view text);

std::string padded(std::string_view text, std::size_t width);

// In columns and rows.
struct terminal_size {
    std::size_t columns = 0;
    std::size_t rows = 0;
};

// Of the terminal that a descriptor is; 80 columns of 24 rows where it does not report them. Nothing where it
// is no terminal.
std::optional<terminal_size> size_of_terminal(int file_descriptor);

// Rows that a text takes on a terminal of so many columns.
std::size_t rows_of(std::string_view text, std::size_t columns);

// How a text is laid out for its reader.
struct layout {
    styling style = styling::off;
    std::size_t width = 0;  // columns; 0: lines are not broken, for pipes and files
};

// By the terminal that a descriptor is.
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

// A text with its own line breaks, broken further where a line is wider than `width`; continuation lines are
// indented. Ends with a newline.
std::string fitted(std::string_view text, std::size_t width);

// The same for the terminal that a descriptor is.
std::string fitted_for(int file_descriptor, std::string_view text);

// One line on a terminal that is written over while work continues; nothing when stderr is not a terminal.
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
