#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace trunkwarden {

using time_point = std::chrono::system_clock::time_point;
using day = std::chrono::sys_days;

// Times beyond these count as these, so that the difference of two of them is a number, too. APIs write the
// year 1 for "never", and people the year 9999 for "always".
inline constexpr time_point earliest_time = day(std::chrono::year(1950) / 1 / 1);
inline constexpr time_point latest_time = day(std::chrono::year(2200) / 1 / 1);

// The beginning of a day, UTC.
time_point start_of(day on);

// Milliseconds since 1970, as records and the state file have times.
std::int64_t milliseconds_of(time_point at);
time_point time_of(std::int64_t since_1970);

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
