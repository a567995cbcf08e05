#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "fetch/http_message.hpp"
#include "fetch/request_priority.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

// Whether and when a request that only reads is sent again. A write never is: its caller reads the object
// again first. Pure.

namespace trunkwarden {

struct retry_policy {
    unsigned attempts = 4;
    std::chrono::milliseconds first = std::chrono::milliseconds(500);  // doubles each time
    std::chrono::milliseconds max_wait = std::chrono::seconds(8);
    // A request gives up when it has to wait longer than this, all its waits together. No published window of
    // the API is longer than a minute, and with default settings a list is due sooner (account/schedule.hpp).
    std::chrono::milliseconds patience = std::chrono::minutes(2);
    std::chrono::milliseconds short_patience = std::chrono::seconds(3);  // of one that gives up soon
};

// How long a request of this priority waits in all.
inline std::chrono::milliseconds patience_of(const retry_policy& policy, const request_priority& priority)
{
    return priority.gives_up_soon ? std::min(policy.patience, policy.short_patience) : policy.patience;
}

// The outcome of one attempt: a failure without an answer, or an answer's status.
struct attempt {
    unsigned number = 1;
    std::optional<errc> failed;
    unsigned status = 0;
    answer_hints hints;
};

// How long to wait before the next attempt; nothing when there must be none. `jitter` is in [0, 1).
std::optional<std::chrono::milliseconds> wait_before_retry(const retry_policy& policy, const attempt& last,
                                                           time_point now, double jitter);

// How long the answer itself says to wait: Retry-After-Ms, Retry-After as seconds or HTTP date
// (http_date.hpp), and for a 429 without them x-ratelimit-reset.
std::optional<std::chrono::milliseconds> asked_to_wait(unsigned status, const answer_hints& hints,
                                                       time_point now);

// x-ratelimit-reset: seconds from now, or Unix time when above 1e9 (both are documented).
std::optional<std::chrono::milliseconds> until_reset(const answer_hints& hints, time_point now);

}  // namespace trunkwarden
