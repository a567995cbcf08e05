#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace trunkwarden {

using time_point = std::chrono::system_clock::time_point;
using day = std::chrono::sys_days;

// RFC 3339 in UTC, whole seconds: 2026-11-22T10:00:04Z.
std::string rfc3339(time_point at);

// The same for people: 2026-11-22 10:00:04 UTC.
std::string utc_text(time_point at);

// Likewise, without the day where that is the day of `now`: 10:00:04 UTC.
std::string utc_text(time_point at, time_point now);

// RFC 3339 with milliseconds, for the log: 2026-11-22T10:00:04.123Z.
std::string rfc3339_milliseconds(time_point at);

// 2026-11-22
std::string iso_date(day on);

// How long ago or how long, for people, in its two largest units: "350 ms", "8 s", "3 min", "2 h 5 min", "4
// days". A negative span, which two clocks can make, reads "0 s".
std::string for_people(std::chrono::milliseconds span);

// When to look whether it is `when` by the wall clock, of which `now` is the present: between a millisecond
// and a minute from now, because the wall clock may be set meanwhile. Never, if there is no `when`.
std::chrono::steady_clock::time_point steady_time_of(std::optional<time_point> when, time_point now);

}  // namespace trunkwarden
