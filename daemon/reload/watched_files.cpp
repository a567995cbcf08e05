#include "reload/watched_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "support/async/async.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;
using steady = std::chrono::steady_clock;

// Of a folder on the way: only that a name in it now means something else.
constexpr std::uint32_t names_change =
    IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t contents_change = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;

void add_way(const path& file, std::size_t links_left, ways_to_files& to)
{
    path at = file.root_path();
    for (auto name = file.begin(); name != file.end(); ++name) {
        if (*name == at || name->empty() || *name == ".")
            continue;
        if (*name == "..") {
            at = at.parent_path();
            continue;
        }
        const bool is_last = std::next(name) == file.end();
        auto& holds_file = to[at][name->string()];
        holds_file = holds_file || is_last;
        std::error_code failed;
        const auto target = std::filesystem::read_symlink(at / *name, failed);
        if (failed) {
            at /= *name;
            continue;
        }
        auto leads_to = at / target;  // an absolute target replaces what is before it
        for (auto rest = std::next(name); rest != file.end(); ++rest)
            leads_to /= *rest;
        if (links_left > 0)
            add_way(leads_to, links_left - 1, to);
        return;
    }
}

// Which file is there, and when anything about it last changed.
std::string look_at(const path& file)
{
    struct stat there {};
    if (::stat(file.c_str(), &there) != 0)
        return fmt::format("{};", errno);
    return fmt::format("{} {} {} {}.{} {}.{};", there.st_dev, there.st_ino, there.st_size,
                       there.st_mtim.tv_sec, there.st_mtim.tv_nsec, there.st_ctim.tv_sec,
                       there.st_ctim.tv_nsec);
}

std::string reason(int error)
{
    return std::generic_category().message(error);
}

}  // namespace

struct watched_files::armed_watch {
    int descriptor = -1;                         // of inotify; -1: none
    std::map<int, std::set<std::string>> names;  // by the number that inotify gave the folder
    std::string trouble;
    std::string look;  // what the files are like

    armed_watch() = default;
    ~armed_watch()
    {
        if (descriptor >= 0)
            ::close(descriptor);
    }
    armed_watch(const armed_watch&) = delete;
    armed_watch& operator=(const armed_watch&) = delete;
};

ways_to_files ways_to(const std::vector<path>& files)
{
    constexpr std::size_t most_links = 40;  // as the kernel has it
    ways_to_files out;
    for (const auto& file : files) {
        std::error_code failed;
        const auto whole = std::filesystem::absolute(file, failed);
        if (!failed)
            add_way(whole, most_links, out);
    }
    return out;
}

watched_files::watched_files(thread_aside& aside, noticing how, file_watch_times times)
    : aside_(aside), how_(how), times_(times)
{
}

void watched_files::follow(std::vector<path> files)
{
    std::ranges::sort(files);
    files.erase(std::unique(files.begin(), files.end()), files.end());
    if (files == files_)
        return;
    files_ = std::move(files);
    files_are_others_.notify_all();
}

void watched_files::arm(const path& folder, const std::map<std::string, bool>& names, armed_watch& to)
{
    const bool holds_files = std::ranges::any_of(names, [](const auto& one) { return one.second; });
    const auto mask = names_change | (holds_files ? contents_change : 0U) | IN_MASK_ADD;
    const int number = ::inotify_add_watch(to.descriptor, folder.c_str(), mask);
    if (number >= 0) {
        for (const auto& [name, is_file] : names)
            to.names[number].insert(name);
        return;
    }
    // What is not there is noticed when it is made: the folder above is watched.
    const bool is_not_there = errno == ENOENT || errno == ENOTDIR;
    if (errno == ENOSPC)
        to.trouble = fmt::format("{} (raise fs.inotify.max_user_watches)", reason(errno));
    else if (!is_not_there && holds_files)
        to.trouble = fmt::format("the folder {} cannot be watched: {}", folder.string(), reason(errno));
}

// First the watch, then the look: what changes in between shows in one of them.
void watched_files::arm_and_look(const std::vector<path>& files, noticing how, armed_watch& to)
{
    if (how == noticing::by_inotify) {
        to.descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (to.descriptor < 0)
            to.trouble = fmt::format("{} (raise fs.inotify.max_user_instances)", reason(errno));
        else
            for (const auto& [folder, names] : ways_to(files))
                arm(folder, names, to);
    }
    for (const auto& file : files)
        to.look += look_at(file);
}

bool watched_files::has_something_happened(asio::posix::stream_descriptor& events, const armed_watch& armed)
{
    bool happened = false;
    alignas(inotify_event) std::array<char, 16UL * 1024> buffer{};
    for (;;) {
        const auto got = ::read(events.native_handle(), buffer.data(), buffer.size());
        if (got <= 0)
            return happened;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const std::string name(event.len == 0 ? "" : buffer.data() + at + sizeof event);
            at += sizeof event + event.len;
            const auto folder = armed.names.find(event.wd);
            const bool of_the_folder = name.empty();  // it is gone or moved; or the queue overflowed
            happened =
                happened || of_the_folder || (folder != armed.names.end() && folder->second.contains(name));
        }
    }
}

// Whether there are some before the time is over.
task<bool> watched_files::wait_for_events(asio::posix::stream_descriptor& events, async_event::moment until)
{
    using namespace asio::experimental::awaitable_operators;
    if (!events.is_open()) {
        co_await files_are_others_.wait_until(until);
        co_return false;
    }
    constexpr auto readable = asio::posix::stream_descriptor::wait_read;
    const auto first =
        co_await (events.async_wait(readable, as_error) || files_are_others_.wait_until(until));
    co_return first.index() == 0;
}

// Of these files, which are those it is armed for; at once when there are others to follow.
task<> watched_files::wait_for_a_sign(armed_watch& armed, const std::vector<path>& files)
{
    asio::posix::stream_descriptor events(co_await asio::this_coro::executor);
    if (armed.descriptor >= 0)
        events.assign(std::exchange(armed.descriptor, -1));
    const auto look_again = steady::now() + times_.between_looks;
    bool happened = false;
    while (!happened && steady::now() < look_again && files == files_) {
        const bool woken = co_await wait_for_events(events, look_again);
        happened = woken && has_something_happened(events, armed);
    }
    // An editor writes in several steps.
    const auto at_the_latest = steady::now() + times_.longest_settling;
    auto until = std::min(steady::now() + times_.settle, at_the_latest);
    while (happened && steady::now() < until) {
        const bool woken = co_await wait_for_events(events, until);
        if (woken && has_something_happened(events, armed))
            until = std::min(steady::now() + times_.settle, at_the_latest);
    }
}

task<> watched_files::until_changed()
{
    for (;;) {
        armed_watch armed;
        const auto files = files_;  // others may be followed while the thread is busy
        auto work = [&armed, &files, how = how_] { arm_and_look(files, how, armed); };
        co_await aside_.run(work);
        trouble_ = armed.trouble;
        if (std::exchange(seen_, armed.look) != armed.look)
            co_return;
        co_await wait_for_a_sign(armed, files);
    }
}

}  // namespace trunkwarden
