#include "containment/private_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "support/descriptor.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

failure cannot(const fs::path& file, int why)
{
    return cannot_use(file, std::generic_category().message(why));
}

int open_itself(const fs::path& file, int flags)
{
    return ::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

bool write_and_sync(int to, std::string_view text)
{
    while (!text.empty()) {
        const auto wrote = ::write(to, text.data(), text.size());
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return ::fsync(to) == 0;
}

constexpr int to_read_a_folder = O_RDONLY | O_DIRECTORY;

// Why it is not the owner's own; nothing when it is.
std::optional<std::string> why_not_own(const struct stat& about)
{
    if (about.st_uid != ::geteuid())
        return fmt::format("it belongs to user {}, and this is user {}", about.st_uid, ::geteuid());
    if ((about.st_mode & 077U) != 0)
        return fmt::format("others may use it (mode {:o})", about.st_mode & 07777U);
    return std::nullopt;
}

// The folder itself, not one that a link leads to.
result<void> check_folder(const fs::path& folder)
{
    const descriptor opened(open_itself(folder, to_read_a_folder));
    struct stat about {};
    if (!opened.is_open() && (errno == ELOOP || errno == ENOTDIR))
        return cannot_use(folder, "it is no folder but a link or a file");
    if (!opened.is_open() || ::fstat(opened.number(), &about) != 0)
        return cannot(folder, errno);
    if (const auto why = why_not_own(about))
        return cannot_use(folder, *why);
    return {};
}

// Those of the files that are there.
result<void> check_files(const fs::path& folder, std::span<const std::string_view> names)
{
    for (const auto name : names) {
        const auto file = folder / name;
        struct stat about {};
        if (::lstat(file.c_str(), &about) != 0) {
            if (errno == ENOENT)
                continue;
            return cannot(file, errno);
        }
        if (!S_ISREG(about.st_mode) || about.st_nlink != 1)
            return cannot_use(file, "it is no file of its own but a link or something else");
        if (const auto why = why_not_own(about))
            return cannot_use(file, *why);
    }
    return {};
}

// Whether it was made now. A folder of which the disk does not know is lost with all that is in it.
result<bool> make_folder(const fs::path& folder)
{
    std::error_code why;
    if (folder.has_parent_path())
        fs::create_directories(folder.parent_path(), why);
    if (why)
        return cannot(folder, why.value());
    if (::mkdir(folder.c_str(), 0700) != 0) {
        if (errno == EEXIST)
            return false;
        return cannot(folder, errno);
    }
    if (auto synced = sync_folder(folder.parent_path()); !synced)
        return synced.error();
    return true;
}

}  // namespace

failure cannot_use(const fs::path& file, std::string_view why)
{
    return {errc::bad_file, fmt::format("{}: {}; --directory names another folder for the incident",
                                        printable(file.string(), 1000), why)};
}

result<void> make_private_folder(const fs::path& folder, std::span<const std::string_view> files)
{
    const auto made = make_folder(folder);
    if (!made)
        return made.error();
    if (auto own = check_folder(folder); !own)
        return own.error();
    return check_files(folder, files);
}

result<void> sync_folder(const fs::path& folder)
{
    errno = 0;
    const descriptor opened(open_itself(folder.empty() ? "." : folder, to_read_a_folder));
    if (opened.is_open() && ::fsync(opened.number()) == 0)
        return {};
    return cannot(folder, errno);
}

result<void> append_and_sync(const fs::path& file, std::string_view text)
{
    errno = 0;
    const descriptor opened(open_itself(file, O_WRONLY | O_CREAT | O_APPEND));
    if (opened.is_open() && write_and_sync(opened.number(), text))
        return {};
    return cannot(file, errno);
}

}  // namespace trunkwarden
