#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/spending_policy.hpp"
#include "catalogue/severity.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"
#include "use/spending_record.hpp"

namespace trunkwarden {

// The limits, by their names in the baseline: the ids of the deviations.
namespace spending_limit {

inline constexpr std::string_view per_minute = "max_per_minute";
inline constexpr std::string_view per_hour = "max_per_hour";
inline constexpr std::string_view per_day = "max_per_day";
inline constexpr std::string_view top_ups = "max_top_ups_per_day";
inline constexpr std::string_view credit = "min_available_credit";

}  // namespace spending_limit

// A limit that was passed and is not clean again, as it was reported last.
struct told_excess {
    trunkwarden::deviation deviation;
    time_point since;
    std::optional<time_point> contained_at = {};  // while it is contained
};

// One deviation for each limit that was passed: within the last span of its length (of a UTC day: today or
// the day before), or before that while the record does not show a whole span that is clean. High; critical
// beyond twice the limit. `told` holds what is open: its amounts and its severity stay until the amount has
// doubled, so that a burst is reported a few times, not every minute. One that is contained is reported again
// as soon as the spending since then passes the limit alone. Judged as of the last reading.
std::vector<deviation> judge_spending(const resource_type& type, const spending_policy& policy,
                                      const spending_record& record, std::span<const told_excess> told,
                                      std::chrono::milliseconds between_readings);

}  // namespace trunkwarden
