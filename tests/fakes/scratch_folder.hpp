#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace trunkwarden::fakes {

// A folder of a test's own, removed at the end, even where the test has taken the right to write to it away.
class scratch_folder {
public:
    scratch_folder()
    {
        auto name = (std::filesystem::temp_directory_path() / "trunkwarden-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error(errno, std::generic_category(), "cannot make " + name);
        path_ = name;
    }
    ~scratch_folder()
    {
        std::error_code ignored;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(path_, ignored);
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string file(std::string_view name) const { return (path_ / name).string(); }

    // A file that only its owner may read, as a key has to be. Returns its path.
    std::string write(std::string_view name, std::string_view text) const
    {
        std::ofstream(path_ / name, std::ios::binary) << text;
        std::filesystem::permissions(
            path_ / name, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        return file(name);
    }

private:
    std::filesystem::path path_;
};

// "" when there is no such file.
inline std::string text_of_file(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace trunkwarden::fakes
