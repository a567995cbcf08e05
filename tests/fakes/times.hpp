#pragma once

#include <chrono>

#include "support/clock.hpp"
#include "support/parse_date.hpp"

// The day and the moment that tests use as now.

namespace trunkwarden::fakes {

inline constexpr day today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
inline const time_point noon = today + std::chrono::hours(12);

}  // namespace trunkwarden::fakes
