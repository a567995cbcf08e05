#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trunkwarden {

enum class colour : std::uint8_t { plain, bold, dim, red, yellow, green, cyan };
enum class styling : std::uint8_t { off, on };

// Colour only on a terminal, and never when NO_COLOR is set (no-color.org) or TERM is dumb.
styling styling_of(int file_descriptor);

std::string styled(std::string_view text, colour how, styling when);

// Columns that a text takes on a terminal: code points, not bytes.
std::size_t width_of(std::string_view text);

std::string padded(std::string_view text, std::size_t width);

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
