#include "cli/process_start.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace trunkwarden {
namespace {

// A handler, and not SIG_IGN, because programs that a command starts would inherit that.
void do_nothing(int /*signal*/) {}

}  // namespace

void open_missing_streams()
{
    struct stream {
        int descriptor;
        int mode;
    };
    constexpr std::array<stream, 3> streams{
        {{STDIN_FILENO, O_RDONLY}, {STDOUT_FILENO, O_RDONLY}, {STDERR_FILENO, O_WRONLY}}};
    for (const auto& [descriptor, mode] : streams) {
        if (::fcntl(descriptor, F_GETFD) >= 0)
            continue;
        // The lowest free number is the one that is missing. Where there is no /dev/null, a folder does.
        if (::open("/dev/null", mode) < 0)
            ::open("/", O_RDONLY | O_DIRECTORY);
    }
}

void outlive_file_size_limit()
{
    struct sigaction action {};
    action.sa_handler = do_nothing;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGXFSZ, &action, nullptr);
}

void unblock_signals()
{
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
}

}  // namespace trunkwarden
