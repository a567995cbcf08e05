#include "reload/file_watcher.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <utility>

namespace trunkwarden {
namespace {

using std::filesystem::path;
using steady = std::chrono::steady_clock;

std::chrono::nanoseconds nanoseconds_of(const timespec& time)
{
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// For a file system that keeps no fractions, where two writes within a second leave the same times.
bool have_whole_seconds(const std::map<path, file_stamp>& stamps)
{
    return std::ranges::any_of(stamps, [](const auto& of_file) {
        const auto& stamp = of_file.second;
        return stamp.error == 0 && stamp.changed % std::chrono::seconds(1) == std::chrono::nanoseconds(0);
    });
}

}  // namespace

file_stamp stamp_of(const path& file)
{
    struct stat found {};
    file_stamp out;
    if (::stat(file.c_str(), &found) != 0) {
        out.error = errno;
        return out;
    }
    out.device = found.st_dev;
    out.inode = found.st_ino;
    out.size = found.st_size;
    out.modified = nanoseconds_of(found.st_mtim);
    out.changed = nanoseconds_of(found.st_ctim);
    return out;
}

file_watcher::file_watcher(worker_thread& aside, file_watch_times times, stamp_function stamp)
    : aside_(aside), times_(times), stamp_(std::move(stamp))
{
}

void file_watcher::follow(std::vector<path> files)
{
    std::ranges::sort(files);
    files.erase(std::unique(files.begin(), files.end()), files.end());
    if (files == files_)
        return;
    files_ = std::move(files);
    others_followed_.notify_all();
}

task<file_watcher::stamps> file_watcher::look()
{
    stamps out;
    const auto files = files_;  // others may be followed while the thread is busy
    auto work = [this, &out, &files] {
        for (const auto& file : files)
            out.emplace(file, stamp_(file));
    };
    co_await aside_.run(work);
    co_return out;
}

// Waits until two looks in a row see the same, and returns whether they did before the time was over.
task<bool> file_watcher::settle(stamps& seen)
{
    const auto at_the_latest = steady::now() + times_.longest_settling;
    asio::steady_timer pause(co_await asio::this_coro::executor);
    do {
        pause.expires_after(have_whole_seconds(seen) ? times_.settle_by_seconds : times_.settle);
        co_await pause.async_wait(asio::use_awaitable);
        auto next = co_await look();
        const bool is_same = next == seen;
        seen = std::move(next);
        if (is_same)
            co_return true;
    } while (steady::now() < at_the_latest);
    co_return false;
}

task<> file_watcher::until_changed()
{
    auto seen = co_await look();
    while (seen == reported_) {
        co_await others_followed_.wait_until(steady::now() + times_.between_looks);
        seen = co_await look();
    }
    const bool has_settled = co_await settle(seen);
    reported_ = has_settled ? std::move(seen) : stamps();
}

}  // namespace trunkwarden
