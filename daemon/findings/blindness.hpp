#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "findings/coverage.hpp"

namespace trunkwarden {

// How long each resource may go unread, by index, and which time counts.
struct staleness {
    std::vector<std::chrono::milliseconds> limits;
    running_time running;
};

struct blindness {
    const resource_type* type = nullptr;
    std::vector<deviation> deviations;  // none: it is not blind, or not for long enough to say so
    bool seen = false;                  // it was seen: what was said of it before is over
};

// Judges every resource, and the account as a whole. When the key is rejected everywhere, or belongs to
// another organisation (`refusal` says so), that is one deviation for the account and none for its resources.
// `of_the_host` is what else is wrong with the watch: without_state(), clock_differs().
std::vector<blindness> evaluate_coverage(std::span<const coverage> seen, const staleness& stale,
                                         const std::string& refusal, std::vector<deviation> of_the_host,
                                         time_point now);

// Why the API rejects the key, when it does so for every list that was tried; "" when it does not.
std::string rejection(std::span<const coverage> seen);

}  // namespace trunkwarden
