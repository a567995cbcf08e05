#pragma once

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

}  // namespace trunkwarden
