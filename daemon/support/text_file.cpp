#include "support/text_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "support/descriptor.hpp"

namespace trunkwarden {

namespace {

class open_file {
public:
    // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait forever.
    explicit open_file(const std::filesystem::path& file)
        : name_(file), opened_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    {
    }
    int number() const { return opened_.number(); }
    const std::filesystem::path& name() const { return name_; }

private:
    std::filesystem::path name_;
    descriptor opened_;
};

failure unreadable(const std::filesystem::path& file, int error)
{
    return {error == ENOENT ? errc::not_found : errc::bad_file,
            fmt::format("cannot read {}: {}", file.string(), std::generic_category().message(error))};
}

failure too_large(const std::filesystem::path& file, std::size_t max_bytes)
{
    return {errc::too_large, fmt::format("{} is larger than {} bytes", file.string(), max_bytes)};
}

// Reads on until the end of the file. `text` has the size to begin with: one byte more than the file had, so
// that it need not be moved, which would leave copies of a secret behind. The file may have grown since.
result<std::string> read_all(const open_file& from, std::string text, std::size_t max_bytes)
{
    std::size_t size = 0;
    while (true) {
        const auto got = ::read(from.number(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return unreadable(from.name(), errno);
        size += static_cast<std::size_t>(got);
        if (size > max_bytes)
            return too_large(from.name(), max_bytes);
        if (got == 0)
            break;
        if (size == text.size())
            text.resize(size * 2);
    }
    text.resize(size);
    return text;
}

}  // namespace

bool file_exists(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

result<std::string> read_text_file(const std::filesystem::path& file, std::size_t max_bytes)
{
    const open_file from(file);
    struct stat about {};
    if (from.number() < 0 || ::fstat(from.number(), &about) != 0)
        return unreadable(file, errno);
    if (S_ISDIR(about.st_mode))
        return unreadable(file, EISDIR);
    if (!S_ISREG(about.st_mode))
        return failure{errc::bad_file, fmt::format("{} is not a regular file", file.string())};
    const auto size = static_cast<std::size_t>(about.st_size);
    return size > max_bytes ? too_large(file, max_bytes)
                            : read_all(from, std::string(size + 1, '\0'), max_bytes);
}

}  // namespace trunkwarden
