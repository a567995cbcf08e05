#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "baseline/capture/proposed_use.hpp"
#include "support/amount.hpp"
#include "support/clock.hpp"
#include "use/traffic.hpp"

// Limits from the use that an account had: the busiest hour times two, rounded up. Pure.

namespace trunkwarden {

// The use of a span, as reports and records show it.
struct seen_use {
    time_point since;
    time_point until;
    std::vector<usage_row> rows;         // their periods are hours
    std::vector<detail_record> details;  // for calls to one number and long calls
    bool has_all_details = false;        // else nothing is proposed about those two
    std::optional<amount> recharge_by;   // of auto-recharge; nothing: none, or it was not read
};

// The room that limits leave above the busiest hour. The values were tuned by tests/bench/theft: none of its
// honest businesses is reported more than once a month, on other seeds than these were chosen by.
struct room_to_breathe {
    std::int64_t times = 2;
    std::int64_t least_calls = 20;          // an hour: below that, one busy person is enough
    std::int64_t least_minutes = 60;        // likewise
    amount least_cost = whole_units(2);     // likewise
    std::int64_t least_to_one_number = 10;  // within an hour
    std::int64_t least_call_minutes = 120;  // of one call
    std::int64_t least_running = 10;        // calls of an application at the same time
    std::int64_t minutes_of_an_hour = 3;    // the busiest minute may cost an hour's limit by this
    amount least_a_minute = whole_units(1);
    amount least_a_day = whole_units(10);
    amount single_charge = whole_units(10);  // numbers that are bought, a small bill: no rate
};

proposed_use propose_use(const seen_use& seen, const room_to_breathe& with = {});

}  // namespace trunkwarden
