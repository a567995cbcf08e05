#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"
#include "fetch/api_client.hpp"
#include "support/async/async.hpp"
#include "support/secret.hpp"
#include "use/propose_use.hpp"

// The use that an account had in the last 31 days, the longest span that a report covers: for the limits that
// `baseline capture` proposes, and for those that `baseline lint` looks at.

namespace trunkwarden {

inline constexpr auto span_of_use = std::chrono::hours(31 * 24);

struct use_read {
    seen_use seen;
    std::vector<std::string> not_read;  // sentences without their full stop: a product, and why
};

// A few requests for each product, and at most ten pages of records.
task<use_read> read_use(api_client& api, time_point now);

// The same from its own connection, while no other is there.
use_read read_use_once(account& watched, secret key);

}  // namespace trunkwarden
