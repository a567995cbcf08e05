#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "support/clock.hpp"
#include "use/traffic.hpp"

namespace trunkwarden {

// Traffic within five minutes, as one source shows it.
struct traffic_slot {
    time_point at;     // its beginning
    time_point since;  // the earliest moment at which it may have been: reports tell it later
    traffic_sum sum;
    bool costs_dearly = false;
};

// The number of a period as it was read last.
struct usage_counter {
    time_point period;
    traffic_sum sum;
    time_point read;
};

// The memory about one lane.
struct lane_record {
    std::vector<traffic_slot> reported;  // the oldest first
    std::vector<traffic_slot> detailed;
    std::vector<usage_counter> counters;  // of the periods that a report shows
};

// One call of the last hours, for calls in a row and for long ones.
struct recent_call {
    std::string id;
    traffic_lane lane;
    std::string number;
    time_point started;
    std::uint64_t seconds = 0;
};

// The traffic of the last day. Pure: time comes in. Readings that lag, repeat or shrink make it say less,
// never that there was none.
class traffic_record {
public:
    static constexpr auto slot_length = std::chrono::minutes(5);
    static constexpr auto kept_for = std::chrono::hours(25);
    static constexpr std::size_t most_lanes = 2000;  // the lightest give way, and their number is stated
    static constexpr std::size_t most_slots = 50'000;
    static constexpr std::size_t most_recent = 40'000;  // 500 calls a minute for an hour, and some
    static constexpr auto recent_for = std::chrono::minutes(75);

    // A complete reading of a report. `length` is that of its periods. Returns a sentence for each number
    // that became smaller.
    std::vector<std::string> add_report(traffic_product product, std::span<const usage_row> rows,
                                        std::chrono::hours length, time_point now);

    // Records of a page; those that are known count nothing. Returns how many were new.
    std::size_t add_details(std::span<const detail_record> records, time_point now);

    const std::map<traffic_lane, lane_record>& lanes() const { return lanes_; }
    const std::vector<recent_call>& recent() const { return recent_; }

    // Readings of a product that were complete: from when until when they went on without a pause longer than
    // `longest`. Nothing before the first.
    struct stretch {
        time_point since;
        time_point until;
    };
    std::optional<stretch> read(traffic_product product) const;
    void note_reading(traffic_product product, time_point now, std::chrono::milliseconds longest);

    // Lanes that gave way to heavier ones, since the process began.
    std::uint64_t lanes_dropped() const { return dropped_; }

    // Since this process began, by product and country: the larger of what reports and details show.
    std::map<std::pair<traffic_product, std::string>, traffic_sum> totals() const;

private:
    lane_record& lane_of(const traffic_lane& lane);
    void forget_what_is_later(time_point now);
    void forget_the_old(time_point now);
    void keep_the_heaviest();

    std::map<traffic_lane, lane_record> lanes_;
    std::vector<recent_call> recent_;  // by id, for the look-up; see the source
    std::array<std::optional<stretch>, enumerators_of<traffic_product>()> read_{};
    std::uint64_t dropped_ = 0;
};

}  // namespace trunkwarden
