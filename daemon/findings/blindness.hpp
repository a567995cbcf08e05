#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "findings/coverage.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// How long each resource may go unread, by index, and which time counts.
struct staleness {
    std::vector<std::chrono::milliseconds> limits;
    running_time running;
};

struct blindness {
    const resource_type* type = nullptr;
    std::vector<deviation> deviations;  // none: it is not blind, or not for long enough to say so
    bool seen = false;                  // it was seen: its earlier finding is over
};

// Troubles of the watch beside those that its lists show. Each is a sentence.
struct watch_troubles {
    optional_reason refusal = {};  // the key belongs to another organisation
    // The state file cannot be written: after a restart, findings are reported again, or never.
    optional_reason state_error = {};
    // The clock of this host is wrong, and with it the times of alerts and of entries that end. nullopt: no
    // other host reported its time; "": it is right.
    std::optional<std::string> clock_error = {};
};

// Judges every resource, and the causes for which nothing can be seen or remembered (watch_cause.hpp). When
// the API gives no list, the key is rejected everywhere or belongs to another organisation, that is one
// deviation, and none for each resource; none of them counts as seen then. An untrusted baseline is judged
// elsewhere.
std::vector<blindness> evaluate_coverage(std::span<const coverage> seen, const staleness& stale,
                                         const watch_troubles& troubles, time_point now);

// Whether the reading of the resource proves that the account is seen or not: not one that the settings
// accept as unseen, nor an empty list of a product that an account need not have.
bool shows_whether_anything_is_seen(const coverage& coverage);

// Why the API rejects the key, when it does so for every list that was tried.
optional_reason rejection(std::span<const coverage> seen);

}  // namespace trunkwarden
