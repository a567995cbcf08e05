#pragma once

#include <fmt/format.h>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

// The two streams of a command. No failure to write throws: a lockdown continues when nobody can read it.

namespace trunkwarden {

// Writes a part of the result to stdout. finish_result() says whether all of it arrived.
void write_result(std::string_view text);

template <class... Arguments>
void print_result(fmt::format_string<Arguments...> format, Arguments&&... arguments)
{
    write_result(fmt::format(format, std::forward<Arguments>(arguments)...));
}

// Shows a part of the result to the person at the terminal. False where it did not: the text is printed.
using result_viewer = std::function<bool(std::string_view text)>;

// From then on a result is kept until flush_result() or finish_result(), and shown by the viewer as a whole.
// Called once, before a command runs; an empty viewer ends that.
void show_result_with(result_viewer viewer);

// Hands on what was written so far, before something is written to stderr or a person is asked.
void flush_result();

// At the end of a command. Returns the exit code: the given one, or 1 with a line on stderr if the result
// could not be written as a whole.
int finish_result(int exit_code);

// Writes to stderr. A failure is ignored: a remark beside a result does not change it.
void write_remark(std::string_view text);

template <class... Arguments>
void print_remark(fmt::format_string<Arguments...> format, Arguments&&... arguments)
{
    write_remark(fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace trunkwarden
