#include "cli/report/output.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace trunkwarden {
namespace {

// The first failure; the streams forget the reason. Set by the one thread of a command.
int result_error = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

struct kept_result {
    result_viewer viewer;
    std::string text;
};

kept_result& kept()
{
    static kept_result out;
    return out;
}

void write_to_stdout(std::string_view text)
{
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written && result_error == 0)
        result_error = errno == 0 ? EIO : errno;
}

void show_what_was_kept()
{
    const auto text = std::exchange(kept().text, {});
    if (!text.empty() && !kept().viewer(text))
        write_to_stdout(text);
}

}  // namespace

void show_result_with(result_viewer viewer)
{
    kept().viewer = std::move(viewer);
}

void write_result(std::string_view text)
{
    if (kept().viewer)
        kept().text += text;
    else
        write_to_stdout(text);
}

void flush_result()
{
    if (kept().viewer)
        show_what_was_kept();
    errno = 0;
    if (std::fflush(stdout) != 0 && result_error == 0)
        result_error = errno == 0 ? EIO : errno;
}

int finish_result(int exit_code)
{
    flush_result();
    if (result_error == 0)
        return exit_code;
    print_remark("trunkwarden: the result cannot be written to stdout: {}\n",
                 std::generic_category().message(result_error));
    return 1;
}

void write_remark(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

}  // namespace trunkwarden
