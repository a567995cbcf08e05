#include "cli/state_checks.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <future>
#include <iterator>
#include <optional>
#include <string_view>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <system_error>
#include <thread>
#include <utility>

#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

struct network_disk {
    std::uint64_t type;  // of statfs(2)
    std::string_view name;
};

// Where locks of several hosts may not be those of one (sqlite.org/lockingv3.html, chapter 6).
std::optional<std::string_view> network_disk_of(const path& folder)
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

bool is_read_only(const path& folder)
{
    struct statvfs seen = {};
    return ::statvfs(folder.c_str(), &seen) == 0 && (seen.f_flag & ST_RDONLY) != 0;
}

void check_space(const path& folder, doctor_checks& out)
{
    constexpr std::uintmax_t little = 100UL * 1024 * 1024;
    std::error_code failed;
    const auto space = std::filesystem::space(folder, failed);
    if (failed)
        return;
    const auto left = fmt::format("{} has {} MB left", folder.string(), space.available / 1024 / 1024);
    out.push_back(
        space.available < little
            ? fails("disk", left, "free some space: without it the daemon loses its findings when it stops")
            : passes("disk", left));
}

void check_disk(const path& folder, doctor_checks& out)
{
    check_space(folder, out);
    if (const auto disk = network_disk_of(folder))
        out.push_back(warns("disk", fmt::format("{} is on {}", folder.string(), *disk),
                            "keep the state file on a disk of this host: two daemons that share it are not "
                            "kept apart there, and a disk that hangs stops the writing"));
    if (is_read_only(folder))
        out.push_back(fails("disk", fmt::format("{} is on a disk that is read-only", folder.string()),
                            "mount shows why; while it is so, the daemon watches and forgets"));
}

doctor_check look_at_file(const path& state_file)
{
    std::error_code failed;
    const bool is_there = std::filesystem::exists(state_file, failed);
    if (failed)
        return warns("state", fmt::format("{} is for root and the service only", state_file.string()),
                     "sudo trunkwarden doctor");
    if (!is_there)
        return warns("state", fmt::format("{} is not there yet", state_file.string()),
                     "the daemon makes it when it first runs");
    const auto kept = read_findings(state_file, false);
    return kept ? passes("state", fmt::format("{} can be read", state_file.string()))
                : fails("state", kept.error().message, "see docs/operations/state.md");
}

doctor_check look_at_database(const state_place& place)
{
    const auto kept = read_findings(place, false);
    return kept ? passes("state", "the database can be read")
                : fails("state", kept.error().message, "see docs/operations/database.md");
}

doctor_checks look_at_state(const state_place& place)
{
    const auto folder = place.file.parent_path();
    std::error_code failed;
    doctor_checks out;
    if (!std::filesystem::is_directory(folder, failed)) {
        out.push_back(fails("state", fmt::format("the folder {} of state_file is not there", folder.string()),
                            "start the service, which makes it, or make it yourself"));
        return out;
    }
    check_disk(folder, out);
    out.push_back(place.database.is_set() ? look_at_database(place) : look_at_file(place.file));
    return out;
}

}  // namespace

void check_state(const state_place& place, doctor_checks& out)
{
    constexpr auto patience = std::chrono::seconds(5);
    // A thread that looks at a disk that hangs cannot be ended: it is left behind, with data of its own.
    std::packaged_task<doctor_checks()> look([place] { return look_at_state(place); });
    auto found = look.get_future();
    std::thread(std::move(look)).detach();
    if (found.wait_for(patience) == std::future_status::ready)
        std::ranges::move(found.get(), std::back_inserter(out));
    else
        out.push_back(fails(
            "disk",
            fmt::format("{} {} does not answer within 5 s",
                        place.database.is_set() ? "the database, or the disk of" : "the disk of",
                        place.file.string()),
            "dmesg and mount show what hangs; while it is so, the daemon watches, and writes nothing down"));
}

}  // namespace trunkwarden
