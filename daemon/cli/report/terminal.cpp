#include "cli/report/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/report/output.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {
namespace {

bool is_a_terminal(int file_descriptor)
{
    return ::isatty(file_descriptor) == 1;
}

std::string_view variable(const char* name)
{
    const char* value =
        std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read before any thread is started
    return value == nullptr ? std::string_view{} : value;
}

// Set by the one thread of a command.
colouring chosen = colouring::automatic;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

void choose_colours(colouring colouring)
{
    chosen = colouring;
}

styling styling_of(int file_descriptor)
{
    if (chosen != colouring::automatic)
        return chosen == colouring::always ? styling::on : styling::off;
    const bool wanted =
        is_a_terminal(file_descriptor) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    return wanted ? styling::on : styling::off;
}

std::string styled(std::string_view text, colour in, styling when)
{
    constexpr auto codes = word_table<colour>("0", "1", "2", "31", "33", "32", "36");
    if (when == styling::off || in == colour::plain)
        return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[in], text);
}

namespace {

// Bytes of the colour that the text begins with (ESC [ … m); 0 where it begins with none.
std::size_t length_of_colour(std::string_view text)
{
    constexpr std::string_view begins = "\x1b[";
    if (!text.starts_with(begins))
        return 0;
    const auto end = text.find_first_not_of("0123456789;", begins.size());
    return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

}  // namespace

std::size_t width_of(std::string_view text)
{
    std::size_t columns = 0;
    while (!text.empty()) {
        const auto unseen = length_of_colour(text);
        columns += unseen == 0 && (static_cast<unsigned char>(text.front()) & 0xC0U) != 0x80U ? 1 : 0;
        text.remove_prefix(std::max<std::size_t>(unseen, 1));
    }
    return columns;
}

std::size_t rows_of(std::string_view text, std::size_t columns)
{
    std::size_t rows = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto width = width_of(text.substr(0, end));
        rows += columns == 0 || width == 0 ? 1 : (width + columns - 1) / columns;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return rows;
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string out(text);
    const auto has = width_of(text);
    if (has < width)
        out.append(width - has, ' ');
    return out;
}

std::optional<terminal_size> size_of_terminal(int file_descriptor)
{
    terminal_size out{80, 24};
    if (!is_a_terminal(file_descriptor))
        return std::nullopt;
    winsize size{};
    if (::ioctl(file_descriptor, TIOCGWINSZ, &size) != 0)
        return out;
    if (size.ws_col > 0)
        out.columns = size.ws_col;
    if (size.ws_row > 0)
        out.rows = size.ws_row;
    return out;
}

layout layout_of(int file_descriptor)
{
    const auto size = size_of_terminal(file_descriptor);
    return {styling_of(file_descriptor), size ? size->columns : 0};
}

namespace {

std::vector<std::string> broken(const std::vector<std::string>& pieces, std::string_view between,
                                std::size_t width, hanging from)
{
    std::vector<std::string> lines{""};
    std::size_t column = from.column;
    bool at_the_beginning = true;
    for (const auto& piece : pieces) {
        const auto needed = width_of(piece) + (at_the_beginning ? 0 : between.size());
        if (width > 0 && !at_the_beginning && column + needed > width) {
            lines.emplace_back(from.indent, ' ');
            column = from.indent;
            at_the_beginning = true;
        }
        if (!at_the_beginning)
            lines.back() += between;
        lines.back() += piece;
        column += width_of(piece) + (at_the_beginning ? 0 : between.size());
        at_the_beginning = false;
    }
    return lines;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t width, hanging from)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return broken(words, " ", width, from);
}

std::vector<std::string> wrapped(const std::vector<std::string>& pieces, std::size_t width, hanging from)
{
    return broken(pieces, "  ", width, from);
}

std::string fitted(std::string_view text, std::size_t width)
{
    std::string out;
    do {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        const auto indent = std::min(line.find_first_not_of(' '), line.size());
        for (const auto& part : wrapped(line, width, {0, indent + 2}))
            out += part + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    } while (!text.empty());
    return out;
}

std::string fitted_for(int file_descriptor, std::string_view text)
{
    return fitted(text, layout_of(file_descriptor).width);
}

progress_line::progress_line() : active_(is_a_terminal(STDERR_FILENO)) {}

progress_line::~progress_line()
{
    clear();
}

void progress_line::show(std::string_view text)
{
    if (!active_)
        return;
    print_remark("\r\x1b[K{}", text);
    shown_ = true;
}

void progress_line::clear()
{
    if (!shown_)
        return;
    print_remark("\r\x1b[K");
    shown_ = false;
}

}  // namespace trunkwarden
