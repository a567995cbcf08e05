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

// How far the clock of a receiver is ahead of ours, as the Date of its answer tells; negative when it is
// behind, and zero as far as the whole seconds of a Date and the time of the exchange leave it open. Nothing
// when the answer has no date.
std::optional<std::chrono::milliseconds> clock_ahead(const answer_hints& hints, const exchange_times& when);

}  // namespace trunkwarden
