#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

// Loaded into the daemon by LD_PRELOAD, so that the tested daemon is the real one. It counts every call that
// makes something last or leave: writes, syncs, truncations, renames and removals of files below $DIE_FOLDER,
// and bytes sent to port $DIE_PORT.
//
//   DIE_AT=N        the process kills itself (SIGKILL) before the N-th of these calls, from 1
//   DIE_TORN=1      with DIE_AT: after half of what that call was to write or send
//   DIE_WITH=N      with DIE_AT: by this signal, which a program that does not handle it does not survive
//   DIE_COUNT=FILE  how many there were is written here when the process ends without being killed
//   FAIL_WHILE=FILE as long as this file is there, the calls on files fail with the error number $FAIL_WITH
//   HANG_WHILE=FILE as long as this file is there, the calls on files do not return
//   READS_HANG_WHILE=FILE as long as this file is there, reading at a place of files there does not return
//   CLOCK_AHEAD=N   the wall clock is so many seconds ahead
//   DISK_TYPE=N     statfs(2) says that every file system is of this type
//   USERS_HANG=1    the directory of users does not answer

namespace {

std::atomic<long> calls{0};

const char* setting(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

template <class Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

bool is_below(const char* path)
{
    static const char* const folder = setting("DIE_FOLDER");
    return *folder != '\0' && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool is_ours(int descriptor)
{
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const auto size = ::readlink(link, path, sizeof path - 1);
    if (size <= 0)
        return false;
    path[size] = '\0';
    return is_below(path);
}

bool goes_to_our_port(int descriptor)
{
    static const long port = std::atol(setting("DIE_PORT"));
    sockaddr_in to{};
    socklen_t size = sizeof to;
    return port != 0 && ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&to), &size) == 0 &&
           to.sin_family == AF_INET && ntohs(to.sin_port) == port;
}

// Whether it is the call before which to die.
bool is_the_last()
{
    static const long last = std::atol(setting("DIE_AT"));
    return ++calls == last;
}

// A signal that the parent ignored does what it does by default.
[[noreturn]] void die()
{
    const int given = std::atoi(setting("DIE_WITH"));
    const int number = given == 0 ? SIGKILL : given;
    if (number != SIGKILL)
        if (const auto former = std::signal(number, SIG_DFL); former != SIG_IGN)
            std::signal(number, former);
    ::kill(::getpid(), number);
    for (;;)
        ::pause();
}

bool is_torn()
{
    return *setting("DIE_TORN") == '1';
}

bool fails()
{
    static const char* const file = setting("FAIL_WHILE");
    if (*file == '\0' || ::access(file, F_OK) != 0)
        return false;
    errno = std::atoi(setting("FAIL_WITH"));
    return true;
}

// As long as a disk does that hangs.
void hang_while(const char* file)
{
    constexpr timespec pause{0, 20'000'000};
    while (*file != '\0' && ::access(file, F_OK) == 0)
        ::nanosleep(&pause, nullptr);
}

void hang()
{
    static const char* const file = setting("HANG_WHILE");
    hang_while(file);
}

// Counts a call that changes a file; false when it is to fail.
bool may_change(int descriptor)
{
    if (!is_ours(descriptor))
        return true;
    if (is_the_last())
        die();
    hang();
    return !fails();
}

bool may_change(const char* path)
{
    if (!is_below(path))
        return true;
    if (is_the_last())
        die();
    hang();
    return !fails();
}

struct at_the_end {
    ~at_the_end()
    {
        if (const char* file = setting("DIE_COUNT"); *file != '\0')
            if (std::FILE* out = std::fopen(file, "w")) {
                std::fprintf(out, "%ld\n", calls.load());
                std::fclose(out);
            }
    }
} const count_writer;

}  // namespace

extern "C" {

ssize_t pwrite64(int descriptor, const void* from, size_t size, off64_t at)
{
    static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    if (!is_ours(descriptor))
        return real(descriptor, from, size, at);
    if (is_the_last()) {
        if (is_torn())
            real(descriptor, from, size / 2, at);
        die();
    }
    hang();
    return fails() ? -1 : real(descriptor, from, size, at);
}

ssize_t pwrite(int descriptor, const void* from, size_t size, off_t at)
{
    return pwrite64(descriptor, from, size, at);
}

ssize_t pread64(int descriptor, void* to, size_t size, off64_t at)
{
    static auto* const real = next<ssize_t(int, void*, size_t, off64_t)>("pread64");
    static const char* const file = setting("READS_HANG_WHILE");
    if (*file != '\0' && is_ours(descriptor))
        hang_while(file);
    return real(descriptor, to, size, at);
}

ssize_t pread(int descriptor, void* to, size_t size, off_t at)
{
    return pread64(descriptor, to, size, at);
}

ssize_t write(int descriptor, const void* from, size_t size)
{
    static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
    if (!is_ours(descriptor))
        return real(descriptor, from, size);
    if (is_the_last()) {
        if (is_torn())
            real(descriptor, from, size / 2);
        die();
    }
    hang();
    return fails() ? -1 : real(descriptor, from, size);
}

int fsync(int descriptor)
{
    static auto* const real = next<int(int)>("fsync");
    return may_change(descriptor) ? real(descriptor) : -1;
}

int fdatasync(int descriptor)
{
    static auto* const real = next<int(int)>("fdatasync");
    return may_change(descriptor) ? real(descriptor) : -1;
}

int ftruncate64(int descriptor, off64_t size) noexcept
{
    static auto* const real = next<int(int, off64_t)>("ftruncate64");
    return may_change(descriptor) ? real(descriptor, size) : -1;
}

int ftruncate(int descriptor, off_t size) noexcept
{
    return ftruncate64(descriptor, size);
}

int rename(const char* from, const char* to) noexcept
{
    static auto* const real = next<int(const char*, const char*)>("rename");
    return may_change(from) ? real(from, to) : -1;
}

int unlink(const char* path) noexcept
{
    static auto* const real = next<int(const char*)>("unlink");
    return may_change(path) ? real(path) : -1;
}

int clock_gettime(clockid_t which, timespec* out) noexcept
{
    static auto* const real = next<int(clockid_t, timespec*)>("clock_gettime");
    static const long ahead = std::atol(setting("CLOCK_AHEAD"));
    const int outcome = real(which, out);
    if (which == CLOCK_REALTIME)
        out->tv_sec += ahead;
    return outcome;
}

int statfs(const char* path, struct statfs* out) noexcept
{
    static auto* const real = next<int(const char*, struct statfs*)>("statfs");
    static const long type = std::atol(setting("DISK_TYPE"));
    const int outcome = real(path, out);
    if (type != 0)
        out->f_type = type;
    return outcome;
}

int getpwuid_r(uid_t user, passwd* entry, char* texts, size_t size, passwd** found)
{
    static auto* const real = next<int(uid_t, passwd*, char*, size_t, passwd**)>("getpwuid_r");
    while (*setting("USERS_HANG") == '1')
        ::pause();
    return real(user, entry, texts, size, found);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags)
{
    static auto* const real = next<ssize_t(int, const msghdr*, int)>("sendmsg");
    if (goes_to_our_port(descriptor) && is_the_last()) {
        if (is_torn() && message->msg_iovlen > 0) {
            iovec half = message->msg_iov[0];
            half.iov_len /= 2;
            msghdr torn = *message;
            torn.msg_iov = &half;
            torn.msg_iovlen = 1;
            real(descriptor, &torn, flags);
        }
        die();
    }
    return real(descriptor, message, flags);
}

ssize_t send(int descriptor, const void* from, size_t size, int flags)
{
    static auto* const real = next<ssize_t(int, const void*, size_t, int)>("send");
    if (goes_to_our_port(descriptor) && is_the_last()) {
        if (is_torn())
            real(descriptor, from, size / 2, flags);
        die();
    }
    return real(descriptor, from, size, flags);
}
}
