#pragma once

#include <string>

#include "support/clock.hpp"

namespace trunkwarden {

// A moment by the time zone of the reader (TZ), for behind the time in UTC: "00:24:58 CET", with the day
// where that is another one. "" where the zone is UTC, or has its time.
std::string local_time(time_point at);

}  // namespace trunkwarden
