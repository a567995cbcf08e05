#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/active_calls_policy.hpp"
#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "support/optional_reason.hpp"
#include "use/judge_spending.hpp"
#include "use/running_calls.hpp"

namespace trunkwarden {

// The limits, by their names in the baseline: the fields of the deviations.
namespace calls_limit {

inline constexpr std::string_view calls = "max_calls";
inline constexpr std::string_view one_call = "max_call_minutes";

}  // namespace calls_limit

// One deviation for each connection on which more calls run than the baseline allows, or one for longer;
// high, critical beyond twice as much. `told` holds what is open: its numbers stay until one has doubled, so
// that a busy hour is reported a few times. Calls that run after they were contained are reported again. A
// connection that was not counted is not judged. Pure.
std::vector<deviation> judge_active_calls(const resource_type& type, const active_calls_policy& policy,
                                          const counted_calls& counts, std::span<const told_excess> told,
                                          const std::function<std::string(std::string_view)>& name_of);

// Whether the calls pass a limit.
bool are_too_many_or_long(const running_calls& calls, const call_limit& limit);

// The shown calls that are to be hung up so that they do not: all of them where more run than may, else those
// that run for too long.
std::vector<std::string> calls_beyond(const running_calls& calls, const call_limit& limit);

// Why it is not known whether a call runs for longer than the limit allows.
optional_reason duration_not_known(const running_calls& calls, const call_limit& limit);

}  // namespace trunkwarden
