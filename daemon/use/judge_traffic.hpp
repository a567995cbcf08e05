#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "baseline/traffic_policy.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"
#include "use/judge_spending.hpp"
#include "use/traffic_record.hpp"

namespace trunkwarden {

// The limits, by their names in the baseline: the fields of the deviations.
namespace traffic_limit {

inline constexpr std::string_view calls = "max_calls_per_hour";
inline constexpr std::string_view minutes = "max_minutes_per_hour";
inline constexpr std::string_view cost = "max_cost_per_hour";
inline constexpr std::string_view to_one_number = "max_calls_to_one_number";
inline constexpr std::string_view one_call = "max_call_minutes";

}  // namespace traffic_limit

// How long traffic that no entry covers stays a finding after its last attempt.
inline constexpr auto uncovered_traffic_held = std::chrono::hours(24);

// Light findings beyond so many become one that counts them. Critical ones never do.
inline constexpr std::size_t most_traffic_findings = 100;
inline constexpr std::string_view more_traffic = "more";  // its id

// One deviation for each product, connection and country, with the id of its lane: `unknown` where no entry
// covers it at its time, else `exceeded` where a limit of the entry that covers it was passed within the last
// hour. A limit holds for all that its entry covers: each lane that passes it alone is reported, else the
// most important of them (dear ones first). Unknown is high, and critical where a call there costs dearly;
// exceeded is high, and critical beyond twice the limit. `told` holds what is open: its amounts stay until
// one has doubled, and it stays until the product was read for a whole span (24 hours, an hour) that shows
// nothing of it. Each deviation has the fields product, connection_id and country beside the amounts.
std::vector<deviation> judge_traffic(const resource_type& type, const traffic_policy& policy,
                                     const traffic_record& record, std::span<const told_excess> told,
                                     time_point now);

}  // namespace trunkwarden
