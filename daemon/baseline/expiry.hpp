#pragma once

#include <optional>
#include <string>

#include "baseline/baseline.hpp"

// The parts of a baseline that end without an edit: entries that expire, and the attestation.

namespace trunkwarden {

// The last day the attestation is good for; nothing when there is none, or none is required.
std::optional<day> attestation_expiry(const two_factor_policy& policy);

// The first last day of anything in the baseline, one that has passed among them; nothing when nothing ends.
std::optional<day> next_expiry(const baseline& trusted);

// The end of that day, in UTC: from then on something trusts nothing any more.
std::optional<time_point> next_end(const baseline& trusted);

// For people: "today", "tomorrow", "in 3 days".
std::string days_in_words(int days);

}  // namespace trunkwarden
