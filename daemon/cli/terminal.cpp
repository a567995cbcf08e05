#include "cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

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

}  // namespace

styling styling_of(int file_descriptor)
{
    const bool wanted =
        is_a_terminal(file_descriptor) && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
    return wanted ? styling::on : styling::off;
}

std::string styled(std::string_view text, colour how, styling when)
{
    constexpr std::array<std::string_view, 7> codes{"0", "1", "2", "31", "33", "32", "36"};
    if (when == styling::off || how == colour::plain)
        return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(how)], text);
}

std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string out(text);
    const auto has = width_of(text);
    if (has < width)
        out.append(width - has, ' ');
    return out;
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
    fmt::print(stderr, "\r\x1b[K{}", text);
    std::fflush(stderr);
    shown_ = true;
}

void progress_line::clear()
{
    if (!shown_)
        return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    shown_ = false;
}

}  // namespace trunkwarden
