#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "baseline/baseline.hpp"
#include "catalogue/resource_type.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// A baseline that was in force until a reload, for the time in which that reload may turn out to be a slip:
// half a file saved slowly, or a wrong one.
struct replaced_baseline {
    std::shared_ptr<const baseline> trusted;
    time_point replaced_at;
};
inline constexpr auto grace_after_reload = std::chrono::minutes(10);

struct reload_hold {
    time_point until;
    std::string why;
};

// Until when nothing stops a use of this resource without approval, because a baseline in force a moment ago
// said something else about it. Pure.
std::optional<reload_hold> hold_after_reload(const resource_type& use, const baseline& trusted,
                                             const std::vector<replaced_baseline>& replaced, time_point now);

}  // namespace trunkwarden
