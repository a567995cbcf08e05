#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <vector>

#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/async/worker_thread.hpp"

// Notices that files change on disk by looking at them once a second, however they change: written in place,
// renamed into place, a symbolic link or a folder on the way to them replaced. Why it does not use inotify:
// docs/decisions/0031-files-are-looked-at.md.

namespace trunkwarden {

// Which file a path leads to, and when anything about that file last changed. Two equal stamps, taken longer
// apart than the file system's clock ticks, mean that nothing changed in between.
struct file_stamp {
    int error = 0;  // errno when the path leads to no file; then the rest is 0
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::chrono::nanoseconds modified{};  // the content; programs may set it
    std::chrono::nanoseconds changed{};   // anything about the file; the kernel sets it
    friend bool operator==(const file_stamp&, const file_stamp&) = default;
};

// Follows symbolic links. Blocks as long as the file system does.
file_stamp stamp_of(const std::filesystem::path& file);

struct file_watch_times {
    std::chrono::milliseconds between_looks = std::chrono::seconds(1);
    std::chrono::milliseconds settle = std::chrono::milliseconds(300);  // this long, nothing changed
    // The same for a file system whose times have whole seconds (FAT: two).
    std::chrono::milliseconds settle_by_seconds = std::chrono::seconds(2);
    std::chrono::milliseconds longest_settling = std::chrono::seconds(2);
};

class file_watcher {
public:
    using stamp_function = std::function<file_stamp(const std::filesystem::path&)>;

    // Looks on the thread aside, because a network's file system may not answer. That thread calls `stamp`.
    explicit file_watcher(worker_thread& aside, file_watch_times times = {}, stamp_function stamp = stamp_of);

    // Which files, from now on; they need not exist.
    void follow(std::vector<std::filesystem::path> files);

    // Returns when one of them is another than at the last return, and none has changed for a moment, because
    // an editor writes in several steps. When they do not settle it returns after `longest_settling`, and
    // once more when they have settled. The first call waits for no change.
    task<> until_changed();

private:
    using stamps = std::map<std::filesystem::path, file_stamp>;

    task<stamps> look();
    task<bool> settle(stamps& seen);

    worker_thread& aside_;
    file_watch_times times_;
    stamp_function stamp_;
    std::vector<std::filesystem::path> files_;
    async_event others_followed_;
    stamps reported_;  // at the last return of until_changed; empty when they had not settled
};

}  // namespace trunkwarden
