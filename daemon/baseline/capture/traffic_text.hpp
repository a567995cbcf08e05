#pragma once

#include <string>

#include "baseline/active_calls_policy.hpp"
#include "baseline/traffic_policy.hpp"

namespace trunkwarden {

// One entry of the section traffic as a baseline writes it, in the canonical form: two spaces before "- ".
std::string text_of_entry(const traffic_entry& entry);

// The same of an entry of active_calls.
std::string text_of_limit(const call_limit& limit);

// The whole section; "" when there is none.
std::string text_of_traffic(const traffic_policy& policy);

}  // namespace trunkwarden
