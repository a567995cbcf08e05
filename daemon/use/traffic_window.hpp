#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "baseline/traffic_policy.hpp"
#include "support/clock.hpp"
#include "use/traffic_record.hpp"

// How much traffic an entry of a baseline covers within an hour, and how much none does. Amounts are the
// least that there was: a number that was reported over more than an hour counts with the share that some
// hour of it must have had. Pure.

namespace trunkwarden {

// Whether the entry covers the lane at some time.
bool covers(const traffic_entry& by, const traffic_lane& lane);

// The first entry that covers traffic of the lane that began within this span; nothing where none does.
std::optional<std::size_t> covering(const traffic_policy& policy, const traffic_lane& lane, time_point first,
                                    time_point last);

using lane_sums = std::map<traffic_lane, traffic_sum>;

// The lanes within one hour that an entry covers.
struct traffic_hour {
    time_point until;  // its end
    lane_sums lanes;
    traffic_sum all;
};

// A part of the record, as a policy divides it.
class traffic_windows {
public:
    traffic_windows(const traffic_policy& policy, const traffic_record& record, time_point now);

    // The hours that end within the last hour, five minutes apart, of an entry.
    std::span<const traffic_hour> hours_of(std::size_t entry) const { return hours_.at(entry); }

    // Within the last 24 hours, and covered by none.
    const lane_sums& uncovered() const { return uncovered_; }

    // The last moment at which there was any, of an uncovered lane.
    time_point last_uncovered(const traffic_lane& lane) const { return last_uncovered_.at(lane); }

private:
    struct placed_slot;
    void add_hour(std::span<const placed_slot> slots, const traffic_record& record, time_point until);
    void add_uncovered(std::span<const placed_slot> slots, const traffic_record& record, time_point since);

    std::vector<std::vector<traffic_hour>> hours_;
    lane_sums uncovered_;
    std::map<traffic_lane, time_point> last_uncovered_;
};

}  // namespace trunkwarden
