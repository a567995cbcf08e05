#pragma once

#include <cstdint>
#include <optional>
#include <sys/resource.h>

namespace trunkwarden {

// The soft limit of this process (getrlimit(2)): RLIMIT_NOFILE, RLIMIT_FSIZE. Nothing where there is none, or
// it is not known.
inline std::optional<rlim_t> resource_limit(__rlimit_resource_t resource)
{
    struct rlimit seen = {};
    if (::getrlimit(resource, &seen) != 0 || seen.rlim_cur == RLIM_INFINITY)
        return std::nullopt;
    return seen.rlim_cur;
}

// The limits that a program which runs as long as the daemon does can run into. Nothing: none, or not known.
struct process_limits {
    std::optional<std::uint64_t> open_files;
    std::optional<std::uint64_t> file_bytes;  // of a single file
};

inline process_limits limits_of_this_process()
{
    return {resource_limit(RLIMIT_NOFILE), resource_limit(RLIMIT_FSIZE)};
}

}  // namespace trunkwarden
