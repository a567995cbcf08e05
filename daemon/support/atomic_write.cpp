#include "support/atomic_write.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <random>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "support/descriptor.hpp"

namespace trunkwarden {

namespace {

failure cannot(std::string_view action, const std::filesystem::path& file, int error)
{
    return {errc::bad_file,
            fmt::format("cannot {} {}: {}", action, file.string(), std::generic_category().message(error))};
}

// A name that nobody else has chosen, and nobody could foresee.
std::string name_beside(const std::filesystem::path& file)
{
    std::random_device dice;
    return fmt::format("{}.{:08x}", file.string(), dice());
}

// A temporary file that goes when it was not put in its place.
class temporary_file {
public:
    temporary_file(const std::filesystem::path& beside, mode_t mode)
        : name_(name_beside(beside)),
          open_(::open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode))
    {
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file()
    {
        if (open_.number() >= 0 && !placed_)
            ::unlink(name_.c_str());
    }
    int number() const { return open_.number(); }
    const std::string& name() const { return name_; }
    bool place(const std::filesystem::path& at)
    {
        placed_ = ::rename(name_.c_str(), at.c_str()) == 0;
        return placed_;
    }

private:
    std::string name_;
    descriptor open_;
    bool placed_ = false;
};

bool write_all(int to, std::string_view text)
{
    while (!text.empty()) {
        const auto wrote = ::write(to, text.data(), text.size());
        if (wrote < 0 && errno != EINTR)
            return false;
        if (wrote > 0)
            text.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

bool take_over_owner_and_mode(int file, const struct stat& about)
{
    struct stat own {};
    if (::fstat(file, &own) != 0)
        return false;
    const bool same_owner = own.st_uid == about.st_uid && own.st_gid == about.st_gid;
    return (same_owner || ::fchown(file, about.st_uid, about.st_gid) == 0) &&
           ::fchmod(file, about.st_mode & 07777) == 0;
}

}  // namespace

result<void> atomic_write(const std::filesystem::path& file, std::string_view text, mode_t new_mode)
{
    std::error_code unresolved;
    auto target = std::filesystem::canonical(file, unresolved);
    if (unresolved)
        target = file;
    struct stat about {};
    const bool is_new = ::stat(target.c_str(), &about) != 0;
    if (is_new && errno != ENOENT)
        return cannot("look at", target, errno);
    constexpr mode_t for_nobody_else = 0600;  // until it has the owner and mode of the one before
    temporary_file fresh(target, is_new ? new_mode : for_nobody_else);
    if (fresh.number() < 0)
        return cannot("write beside", target, errno);
    if (!is_new && !take_over_owner_and_mode(fresh.number(), about))
        return cannot("keep the owner and mode of", target, errno);
    if (!write_all(fresh.number(), text) || ::fsync(fresh.number()) != 0)
        return cannot("write", fresh.name(), errno);
    if (!fresh.place(target))
        return cannot("replace", target, errno);
    const auto folder = target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
    const descriptor open_folder(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (open_folder.number() < 0 || ::fsync(open_folder.number()) != 0)
        return cannot("sync the folder of", target, errno);
    return {};
}

}  // namespace trunkwarden
