#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "fetch/http_message.hpp"
#include "support/clock.hpp"
#include "support/optional_reason.hpp"

// The allowance that the headers x-ratelimit-* of an answer state. Pure.

namespace trunkwarden {

// One window of the endpoint that answered. Limits are per endpoint (docs/telnyx-api.md).
struct allowance {
    std::uint64_t limit = 0;
    std::uint64_t remaining = 0;
    std::chrono::milliseconds until_reset{};
    std::chrono::seconds length{};  // tells the windows of an endpoint apart; 0: the answer does not say
    bool counted = true;  // false: the answer says only that there is such a window, not what is left of it
};

struct told_allowances {
    std::vector<allowance> windows;
    optional_reason unread;  // "x-ratelimit-limit: plenty": a header of a form that nobody knows
};

// x-ratelimit-limit is a number, or the list of the IETF draft (draft-ietf-httpapi-ratelimit-headers-03):
// "40, 40;w=60", the limit that the other two headers are about, and then every window with its seconds. A
// header that is missing or cannot be read says nothing, and no window is made up in its place.
told_allowances allowances_of(const answer_hints& hints, time_point now);

}  // namespace trunkwarden
