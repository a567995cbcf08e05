#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/async/thread_aside.hpp"

// Notices that files change on disk, however it is done: written in place, renamed into place, a symbolic
// link or a folder on the way to them replaced.

namespace trunkwarden {

// The folders in which something can change what `files` lead to, and the names that matter in each: all
// folders from the root on, and where symbolic links lead. A name is true when it is that of a file.
using ways_to_files = std::map<std::filesystem::path, std::map<std::string, bool>>;
ways_to_files ways_to(const std::vector<std::filesystem::path>& files);

struct file_watch_times {
    std::chrono::milliseconds settle = std::chrono::milliseconds(300);  // after the last sign of a change
    std::chrono::milliseconds longest_settling = std::chrono::seconds(2);
    // The files are looked at this often besides: a network's file system tells nothing.
    std::chrono::milliseconds between_looks = std::chrono::seconds(5);
};

class watched_files {
public:
    enum class noticing : std::uint8_t { by_inotify, by_looking };

    explicit watched_files(thread_aside& aside, noticing how = noticing::by_inotify,
                           file_watch_times times = {});

    // Which files, from now on; they need not exist.
    void follow(std::vector<std::filesystem::path> files);

    // Returns when one of them is another than at the last return, and nothing has happened to them for a
    // moment. The first call returns at once.
    task<> until_changed();

    // Why changes are only noticed by looking every few seconds; "" when they are not.
    const std::string& trouble() const { return trouble_; }

private:
    struct armed_watch;
    static void arm_and_look(const std::vector<std::filesystem::path>& files, noticing how, armed_watch& to);
    static void arm(const std::filesystem::path& folder, const std::map<std::string, bool>& names,
                    armed_watch& to);
    static bool has_something_happened(asio::posix::stream_descriptor& events, const armed_watch& armed);
    task<bool> wait_for_events(asio::posix::stream_descriptor& events, async_event::moment until);
    task<> wait_for_a_sign(armed_watch& armed, const std::vector<std::filesystem::path>& files);

    thread_aside& aside_;
    noticing how_;
    file_watch_times times_;
    std::vector<std::filesystem::path> files_;
    async_event files_are_others_;
    std::optional<std::string> seen_;
    std::string trouble_;
};

}  // namespace trunkwarden
