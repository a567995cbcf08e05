#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "baseline/spending_policy.hpp"
#include "baseline/traffic_policy.hpp"
#include "theft/business.hpp"
#include "theft/thief.hpp"
#include "use/propose_use.hpp"

// The daemon's judgement of a stream of calls, on simulated time: the balance, reports and records are read
// each minute, with the delays that the real API was seen to have, and judged by the daemon's own functions.
// Nothing is sent anywhere.

namespace trunkwarden::theft {

// The part of a baseline that is about use.
struct use_limits {
    spending_policy spending;
    traffic_policy traffic;
    std::vector<std::string> addresses;  // beginnings of trusted ones
};

inline constexpr int days_of_capture = 31;

// As capture proposes them from the first 31 days.
use_limits captured_limits(const business& whose, std::uint64_t seed, day first, const room_to_breathe& with);

// As somebody writes them who knows the business, and has the example of the guide before him.
use_limits limits_by_hand(const business& whose);

// The sender of a call is the connection "office", that of a message the profile "profile".
traffic_lane lane_of(const made_use& some);

struct use_stream {
    std::vector<made_use> calls;  // as they began
    std::vector<happening> others;
};
use_stream honest_use(const business& whose, std::uint64_t seed, day first, std::pair<int, int> days);
void add_theft(use_stream& to, const theft_made& more);

// A report: a finding that opened.
struct alarm {
    time_point at;
    std::string id;  // "max_per_hour", "sip-trunking/office/LV", "registrations", "api_keys"
    friend bool operator==(const alarm&, const alarm&) = default;
};

// Traffic and addresses that are reported as unknown are accepted at once, as a person would who knows them.
enum class unknown_ones : std::uint8_t { stay, are_accepted };

struct replay_rules {
    unknown_ones then = unknown_ones::stay;
    int traffic_each = 1;  // minutes; the balance is read each minute
    // Ends with the first alarm that is enough; without it, with the stream.
    std::function<bool(const alarm&)> is_enough = {};
};
std::vector<alarm> replay(const use_stream& stream, use_limits limits, const replay_rules& by);

// Alarms within a quarter of an hour of each other are one: somebody who is notified looks at once.
std::size_t times_told(const std::vector<alarm>& alarms);

// When the API shows a call; the same each time. The delays after its end are those that were measured
// (docs/telnyx-api.md), those of reports are assumed.
struct shown_at {
    time_point record;
    time_point price;
    time_point report;
};
shown_at shown(const made_use& some);

}  // namespace trunkwarden::theft
