#pragma once

#include <chrono>
#include <optional>

#include "fetch/http_message.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// When a request left, and when its answer was there, by our clock.
struct exchange_times {
    time_point sent;
    time_point answered;
};

// How far the clock of a receiver is ahead of ours, by the Date of its answer; negative when it is behind,
// and zero as far as the whole seconds of a Date and the time of the exchange leave it open. Nothing when the
// answer has no date.
std::optional<std::chrono::milliseconds> clock_ahead(const answer_hints& hints, const exchange_times& when);

// How far our clock is from the one that nobody sets: it moves when our clock is set.
std::chrono::milliseconds clock_offset();

// The result of clock_ahead(), and that of clock_offset() at the same time.
struct measured_clock {
    std::chrono::milliseconds ahead;
    std::chrono::milliseconds offset;
};

// How far the receiver's clock is ahead of ours now, after ours was set.
std::chrono::milliseconds ahead_now(const measured_clock& clock,
                                    std::chrono::milliseconds offset = clock_offset());

}  // namespace trunkwarden
