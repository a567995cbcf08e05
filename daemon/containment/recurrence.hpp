#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "support/clock.hpp"

// The history of actions about a finding: how often the same deviation came back after it was contained, and
// how often containing it failed. Pure. An intruder who causes either gains time, and never peace: attempts
// wait longer each time, do not end, and never hold up what is heavier than what they were about.

namespace trunkwarden {

// The effect on an object of containing its finding; nullopt when the quarantine has no measure for the kind.
std::optional<measure> measure_for(deviation_kind kind);

// Whether the action was about the object of the finding.
bool is_about(const action& one, const finding& about);

struct recurrence {
    std::size_t times = 0;  // within six hours
    time_point last;        // when it was contained last
    severity heaviest{};    // as which it was contained

    // When it is contained again. Nothing heavier than before waits.
    time_point next_attempt(severity level) const;
};

// The same deviation of the same object: for an unknown object that it is there, under whichever id; for a
// changed one that the same fields differ.
recurrence recurrence_of(const finding& about, const std::vector<const action*>& history, time_point now);

struct failed_attempts {
    std::size_t times = 0;  // within six hours
    const action* last = nullptr;

    time_point next_attempt(severity level) const;
};
failed_attempts failed_attempts_at(const finding& about, const std::vector<const action*>& history,
                                   time_point now);

}  // namespace trunkwarden
