#include "cli/host_checks.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "support/resource_limit.hpp"

namespace trunkwarden {
namespace {

struct network_disk {
    std::uint64_t type;  // of statfs(2)
    std::string_view name;
};

// Where locks of several hosts may not be those of one (sqlite.org/lockingv3.html, chapter 6).
std::optional<std::string_view> network_disk_of(const std::filesystem::path& folder)
{
    static constexpr std::array<network_disk, 5> known{{{0x6969, "NFS"},
                                                        {0x517B, "SMB"},
                                                        {0xFF534D42, "CIFS"},
                                                        {0xFE534D42, "SMB 2"},
                                                        {0x00C36400, "CephFS"}}};
    struct statfs seen = {};
    if (::statfs(folder.c_str(), &seen) != 0)
        return std::nullopt;
    const auto type = static_cast<std::uint64_t>(seen.f_type) & 0xFFFFFFFFU;
    const auto* const found = std::ranges::find(known, type, &network_disk::type);
    return found == known.end() ? std::nullopt : std::optional(found->name);
}

bool is_read_only(const std::filesystem::path& folder)
{
    struct statvfs seen = {};
    return ::statvfs(folder.c_str(), &seen) == 0 && (seen.f_flag & ST_RDONLY) != 0;
}

}  // namespace

void check_host(const std::filesystem::path& state_file, doctor_checks& out)
{
    constexpr rlim_t few_files = 256;
    const auto before = out.size();
    const auto files = resource_limit(RLIMIT_NOFILE);
    if (files && *files < few_files)
        out.push_back(warns("limits", fmt::format("{} files may be open at a time here", *files),
                            "the daemon needs one for each connection: ulimit -n 1024, or LimitNOFILE= of "
                            "its unit"));
    if (const auto size = resource_limit(RLIMIT_FSIZE))
        out.push_back(warns("limits", fmt::format("a file may have {} bytes here", *size),
                            "the state file and its journal grow beyond that on a large account: ulimit -f "
                            "unlimited, or LimitFSIZE= of the daemon's unit"));
    if (const auto disk = network_disk_of(state_file.parent_path()))
        out.push_back(warns("disk", fmt::format("{} is on {}", state_file.parent_path().string(), *disk),
                            "keep the state file on a disk of this host: two daemons that share it are not "
                            "kept apart there, and a disk that hangs stops the writing"));
    if (is_read_only(state_file.parent_path()))
        out.push_back(
            fails("disk", fmt::format("{} is on a disk that is read-only", state_file.parent_path().string()),
                  "mount shows why; while it is so, the daemon watches and forgets"));
    if (out.size() == before)
        out.push_back(passes("limits",
                             "open files, sizes of files and the disk of the state file are as they "
                             "should be"));
}

}  // namespace trunkwarden
