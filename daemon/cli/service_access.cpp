#include "cli/service_access.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <pwd.h>
#include <string_view>
#include <sys/stat.h>

namespace trunkwarden {
namespace {

using std::filesystem::path;

// ProtectHome= and PrivateTmp= of the unit.
constexpr std::array<std::string_view, 5> hidden{"/root", "/home", "/run/user", "/tmp", "/var/tmp"};

bool is_below(const path& file, std::string_view folder)
{
    const auto relative = file.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

bool is_allowed(const service_user& who, const path& at, mode_t wanted)
{
    struct stat there {};
    if (::stat(at.c_str(), &there) != 0)
        return false;
    const mode_t shift = there.st_uid == who.user ? 6 : there.st_gid == who.group ? 3 : 0;
    return ((there.st_mode >> shift) & wanted) == wanted;
}

}  // namespace

optional_reason hidden_by_sandbox(const path& file)
{
    const auto found = std::ranges::find_if(hidden, [&file](auto folder) { return is_below(file, folder); });
    if (found == hidden.end())
        return {};
    return fmt::format(
        "the service does not see {}, where {} is: put it into /etc/trunkwarden "
        "(chgrp _trunkwarden, mode 0640)",
        *found, file.string());
}

std::optional<service_user> user_of_service()
{
    const passwd* entry = ::getpwnam("_trunkwarden");  // NOLINT(concurrency-mt-unsafe): one thread
    return entry == nullptr ? std::nullopt : std::optional(service_user{entry->pw_uid, entry->pw_gid});
}

// The advice never opens another folder to the service: the file moves to /etc/trunkwarden instead.
std::optional<access_problem> find_access_problem(const service_user& who, const path& file)
{
    constexpr mode_t to_read = 4;
    constexpr mode_t to_pass = 1;
    const auto whole = std::filesystem::absolute(file).lexically_normal();
    if (const auto why = hidden_by_sandbox(whole))
        return access_problem{
            *why,
            fmt::format("mv {} /etc/trunkwarden/, and change its path in the settings", whole.string())};
    path so_far;
    for (const auto& part : whole.parent_path()) {
        so_far /= part;
        if (!is_allowed(who, so_far, to_pass))
            return access_problem{
                fmt::format("the service (user _trunkwarden) may not enter {}", so_far.string()),
                fmt::format("mv {} /etc/trunkwarden/, and change its path in the settings", whole.string())};
    }
    if (is_allowed(who, whole, to_read))
        return std::nullopt;
    return access_problem{fmt::format("the service (user _trunkwarden) may not read {}", whole.string()),
                          fmt::format("chgrp _trunkwarden {0} && chmod g+r {0}", whole.string())};
}

bool has_unit()
{
    constexpr std::string_view service_unit = "/lib/systemd/system/trunkwarden.service";
    std::error_code ignored;
    return std::filesystem::exists("/run/systemd/system", ignored) &&
           std::filesystem::exists(path(service_unit), ignored);
}

}  // namespace trunkwarden
