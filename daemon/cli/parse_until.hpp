#pragma once

#include <optional>
#include <string_view>

#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The time that `--until` names: a time (2026-12-01T08:00:00Z), a day (2026-12-01, to its end in UTC), or a
// span from now on (4h, 2d). Fails with bad_usage; the result is after `now`, in whole seconds.
result<time_point> parse_until(std::string_view text, time_point now);

// The time that `--since` names: the same, but a span back from now, and a day from its beginning in UTC.
// Fails with bad_usage; the result is not after `now`.
result<time_point> parse_since(std::string_view text, time_point now);

// A time that is over.
struct past_period {
    std::optional<time_point> from;  // nullopt: from the beginning of all that is kept
    std::optional<time_point> to;    // nullopt: until now
};

// Of `--since` and `--until`, where "" means that it is left out. This `--until` is in the past: a time, a
// day (to its end in UTC), or a span back from now; one that is not over yet means now. Fails with bad_usage,
// also when it is not after `--since`.
result<past_period> parse_period(std::string_view since, std::string_view until, time_point now);

}  // namespace trunkwarden
