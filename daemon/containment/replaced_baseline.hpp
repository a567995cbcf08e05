#pragma once

#include <chrono>
#include <memory>

#include "baseline/baseline.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// A baseline that was active until a reload, for the time in which that reload may turn out to be a mistake:
// half a file saved slowly, or a wrong one.
struct replaced_baseline {
    std::shared_ptr<const baseline> trusted;
    time_point replaced_at;
};
inline constexpr auto grace_after_reload = std::chrono::minutes(10);

}  // namespace trunkwarden
