#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "findings/coverage.hpp"

namespace trunkwarden {

// How long each resource may go unread, by index, and since when that counts at the earliest.
struct staleness {
    std::vector<std::chrono::milliseconds> limits;
    time_point counts_from;
};

struct blindness {
    const resource_type* type = nullptr;
    std::vector<deviation> deviations;  // none: it is not blind, or not for long enough to say so
    bool seen = false;                  // it was seen: what was said of it before is over
};

// Judges every resource, and the account as a whole. When the key is rejected everywhere, or belongs to
// another organisation
// (`refusal` says so), that is one deviation for the account and none for its resources. `state_trouble` says
// why the state file is not written, "" when it is.
std::vector<blindness> evaluate_coverage(std::span<const coverage> seen, const staleness& stale,
                                         const std::string& refusal, const std::string& state_trouble,
                                         time_point now);

// Why the API rejects the key, when it does so for every list that was tried; "" when it does not.
std::string rejection(std::span<const coverage> seen);

}  // namespace trunkwarden
