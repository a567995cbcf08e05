#pragma once

#include <optional>
#include <string>

#include "baseline/baseline.hpp"

// What of a baseline ends by itself: entries that expire, and the attestation.

namespace trunkwarden {

// The last day the attestation is good for; nothing when there is none, or none is required.
std::optional<day> attestation_expiry(const two_factor_policy& policy);

// The first last day of anything in the baseline, one that has passed among them; nothing when nothing ends.
std::optional<day> next_expiry(const baseline& trusted);

// How many days there are until next_end(): 0 on the last one, less than 0 after it.
std::optional<int> days_to_next_expiry(const baseline& trusted, time_point now);

// For people: "today", "tomorrow", "in 3 days".
std::string days_in_words(int days);

}  // namespace trunkwarden
