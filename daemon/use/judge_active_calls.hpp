#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/active_calls_policy.hpp"
#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "use/judge_spending.hpp"

namespace trunkwarden {

// How many calls ran on each connection, by its id, as the API last counted them.
using counted_calls = std::map<std::string, std::size_t, std::less<>>;

// One deviation for each connection on which more calls run than the baseline allows; high, critical beyond
// twice as many. `told` holds what is open: its number stays until twice as many run, so that a busy hour is
// reported a few times. Calls that run after they were contained are reported again. A connection that was
// not counted is not judged. Pure.
std::vector<deviation> judge_active_calls(const resource_type& type, const active_calls_policy& policy,
                                          const counted_calls& counts, std::span<const told_excess> told,
                                          const std::function<std::string(std::string_view)>& name_of);

}  // namespace trunkwarden
