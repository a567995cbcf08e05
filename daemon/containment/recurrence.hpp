#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "containment/action.hpp"
#include "findings/finding.hpp"
#include "support/clock.hpp"

// The history of actions about a finding: how often the same deviation came back after it was contained, and
// how often containing it failed. Pure. An intruder who causes either gains time, and never peace: attempts
// wait longer each time, do not end, and never hold up what is heavier than what they were about.

namespace trunkwarden {

// The effect on an object of containing its finding; nullopt when the quarantine has no measure for it.
std::optional<measure> measure_for(const deviation& deviation);

// Whether the action was about the object of the finding.
bool is_about(const action& action, const finding& about);

struct recurrence {
    std::size_t times = 0;  // within six hours
    time_point last;        // when it was contained last
    severity heaviest{};    // as which it was contained
    time_point next;        // when it is contained again

    // The same for a deviation of this severity: a more severe one than before does not wait. Severities are
    // those of the deviations alone: recurrence raises none.
    time_point next_attempt(severity level) const;
};

// An unknown object that is there again, under any id.
recurrence recurrence_of(const finding& about, const std::vector<const action*>& history, time_point now);

// A trusted object in which these fields differ again. When there are several, the one that may be put back
// first decides: a field that a thief changes often keeps no other waiting.
recurrence recurrence_of(const finding& about, std::span<const std::string> fields,
                         const std::vector<const action*>& history, time_point now);

// The severity of a change of these fields alone.
severity weight_of(const finding& about, std::span<const std::string> fields);

struct failed_attempts {
    std::size_t times = 0;  // within six hours
    const action* last = nullptr;

    time_point next_attempt(severity level) const;
};
failed_attempts failed_attempts_at(const finding& about, const std::vector<const action*>& history,
                                   time_point now);

}  // namespace trunkwarden
