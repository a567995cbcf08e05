#include "cli/report/output.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace trunkwarden {
namespace {

// The first failure; the streams forget the reason. Set by the one thread of a command.
int result_error = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

}  // namespace

void write_result(std::string_view text)
{
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written && result_error == 0)
        result_error = errno == 0 ? EIO : errno;
}

void flush_result()
{
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
