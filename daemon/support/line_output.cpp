#include "support/line_output.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace trunkwarden {
namespace {

bool ready_within(int descriptor, std::chrono::milliseconds span)
{
    pollfd about{descriptor, POLLOUT, 0};
    return ::poll(&about, 1, static_cast<int>(span.count())) > 0;
}

}  // namespace

line_output::line_output(int descriptor) : descriptor_(descriptor)
{
    struct stat about {};
    if (::fstat(descriptor, &about) != 0)
        return;
    if (S_ISREG(about.st_mode))
        how_ = way::file;
    if (S_ISSOCK(about.st_mode))
        how_ = way::socket;
    if (!S_ISFIFO(about.st_mode) && !S_ISCHR(about.st_mode))
        return;
    // A description of our own, because O_NONBLOCK on the shared one would surprise the other processes.
    // Where it may not be opened (the terminal of another user), poll() has to do.
    const auto name = "/proc/self/fd/" + std::to_string(descriptor);
    reopened_ = ::open(name.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (reopened_ >= 0)
        how_ = way::reopened;
}

line_output::~line_output()
{
    if (reopened_ >= 0)
        ::close(reopened_);
}

bool line_output::can_be_written() const
{
    return ready_within(descriptor_, std::chrono::milliseconds(0));
}

std::ptrdiff_t line_output::write_some(std::string_view text) const
{
    const int to = how_ == way::reopened ? reopened_ : descriptor_;
    for (;;) {
        std::ptrdiff_t taken = 0;
        if (how_ == way::socket) {
            taken = ::send(descriptor_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        } else if (how_ == way::polled) {
            // A pipe that is ready takes so many bytes at once (pipe(7)).
            const auto piece = text.substr(0, PIPE_BUF);
            taken = can_be_written() ? ::write(descriptor_, piece.data(), piece.size()) : 0;
        } else {
            taken = ::write(to, text.data(), text.size());
        }
        if (taken >= 0)
            return taken;
        if (errno == EAGAIN)  // and EWOULDBLOCK, which is the same on Linux
            return 0;
        if (errno != EINTR)
            return -1;
    }
}

void line_output::drop(std::uint64_t lines)
{
    dropped_ += lines;
    gap_ += lines;
}

// Lines that wait for an output that fails are lost, like a line that comes then.
void line_output::give_up()
{
    drop(static_cast<std::uint64_t>(std::ranges::count(waiting_, '\n')));
    waiting_.clear();
    is_broken_ = true;
}

void line_output::catch_up_locked()
{
    std::size_t done = 0;
    while (done < waiting_.size()) {
        const auto taken = write_some(std::string_view(waiting_).substr(done));
        if (taken < 0) {
            waiting_.erase(0, done);
            give_up();
            return;
        }
        if (taken == 0)
            break;
        is_broken_ = false;
        done += static_cast<std::size_t>(taken);
    }
    waiting_.erase(0, done);
}

void line_output::write(std::string_view line)
{
    const std::scoped_lock lock(mutex_);
    catch_up_locked();
    if (waiting_.size() + line.size() > most_waiting) {
        drop(1);
        return;
    }
    waiting_ += line;
    catch_up_locked();
}

void line_output::catch_up()
{
    const std::scoped_lock lock(mutex_);
    catch_up_locked();
}

void line_output::finish(std::chrono::milliseconds at_most)
{
    const auto until = std::chrono::steady_clock::now() + at_most;
    const std::scoped_lock lock(mutex_);
    for (catch_up_locked(); !waiting_.empty(); catch_up_locked()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !ready_within(reopened_ >= 0 ? reopened_ : descriptor_, left))
            return;
    }
}

std::uint64_t line_output::dropped() const
{
    const std::scoped_lock lock(mutex_);
    return dropped_;
}

std::uint64_t line_output::take_gap()
{
    const std::scoped_lock lock(mutex_);
    if (!waiting_.empty() || is_broken_)
        return 0;
    const auto gap = gap_;
    gap_ = 0;
    return gap;
}

}  // namespace trunkwarden
