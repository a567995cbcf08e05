#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "baseline/traffic_policy.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"
#include "use/judge_spending.hpp"
#include "use/traffic_record.hpp"

namespace trunkwarden {

// How long traffic that nobody allowed stays a finding after its last attempt.
inline constexpr auto untrusted_traffic_held = std::chrono::hours(24);

// More findings than that become one that counts the rest; the heaviest have one of their own.
inline constexpr std::size_t most_traffic_findings = 100;

// One deviation for each product, connection and country, with the id of its lane: `unknown` where no entry
// covers it at its time, else `exceeded` where a limit of the entry that covers it was passed within the last
// hour. A limit holds for all that its entry covers: each lane that passes it alone is told, else the
// heaviest of them. Unknown is high, and critical where a call there costs dearly; exceeded is high, and
// critical beyond twice the limit. Details win over reports where they show at least as many attempts. `told`
// holds what is open: it stays until its amounts have doubled, and until the readings have shown a whole span
// (untrusted_traffic_held, an hour) without it.
std::vector<deviation> judge_traffic(const resource_type& type, const traffic_policy& policy,
                                     const traffic_record& record, std::span<const told_excess> told,
                                     time_point now);

}  // namespace trunkwarden
