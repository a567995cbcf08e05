#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "support/clock.hpp"
#include "use/traffic.hpp"

namespace trunkwarden {

// Traffic of a lane that one source shows together.
struct traffic_slot {
    time_point begin;  // it was reported within this span: calls when they ended
    time_point end;
    time_point first;  // and began within this one
    time_point last;
    traffic_sum sum;
};

// The number of a period as a report had it last, at its highest.
struct usage_counter {
    time_point period;
    traffic_sum sum;
};

// The memory about one lane.
struct lane_record {
    std::vector<traffic_slot> reported;
    std::vector<traffic_slot> detailed;
    std::vector<usage_counter> counters;
    bool costs_dearly = false;  // a call of its own did, or its country does
};

// One call of the last day.
struct recent_call {
    traffic_lane lane;
    std::string number;
    time_point ended;
    std::uint64_t seconds = 0;
    traffic_sum sum;  // as far as it is rated
};

// The traffic of the last day, as two sources show it. Pure: time comes in. Readings that lag, repeat or
// shrink make it say less, never that there was none.
class traffic_record {
public:
    static constexpr auto kept_for = std::chrono::hours(25);
    static constexpr std::size_t most_lanes = 2000;
    static constexpr std::size_t most_slots = 50'000;
    static constexpr std::size_t most_recent = 40'000;  // 500 calls a minute for an hour, and some

    using report_sums = std::map<std::pair<traffic_lane, time_point>, traffic_sum>;

    // Rows of a report. `length` is that of its periods. Returns sentences about numbers that became smaller
    // than they were, which no honest report does.
    std::vector<std::string> add_report(traffic_product product, std::span<const usage_row> rows,
                                        std::chrono::hours length, time_point now);

    // Calls of a page. Those that are known count nothing again, but for a cost that was not rated before.
    // Returns how many said something new.
    std::size_t add_details(std::span<const detail_record> calls, time_point now);

    // The product was read to its end now. After more than `longest` without that, a new stretch begins.
    void note_reading(traffic_product product, time_point now, std::chrono::milliseconds longest);

    // Since when the product was read without such a pause, and nothing was forgotten; nothing before the
    // first reading.
    std::optional<time_point> read_since(traffic_product product) const;

    // The newest records were read without a gap to those that were known, or to the oldest worth reading.
    void note_all_details(traffic_product product);

    // There may be records until now that were not read, and that no later reading looks for.
    void note_missing_details(traffic_product product, time_point now);

    // Every record of calls that began after this was read; time_point::max() before the first reading.
    time_point details_whole_since(traffic_product product) const;

    // The earliest beginning of calls worth reading: older ones are not known by their ids any more.
    time_point details_since(time_point now) const;

    const std::map<traffic_lane, lane_record>& lanes() const { return lanes_; }
    const std::unordered_map<std::string, recent_call>& recent() const { return recent_; }

    // Lanes for which there was no room beside heavier ones, since the process began. One that is read
    // again counts once, as long as so many are remembered.
    std::uint64_t lanes_without_room() const { return without_room_; }

    // Whether there was such a lane within the last day: not all of its traffic is judged.
    bool had_no_room(time_point now) const { return no_room_at_ && now - *no_room_at_ < kept_for; }

    // Since the process began, by product and country: the larger count of the two sources.
    std::map<std::pair<traffic_product, std::string>, traffic_sum> totals() const;

    // It was read with a clock that was ahead: entries later than now are forgotten.
    void set_back_to(time_point now);

private:
    enum source : std::uint8_t { reports, details };
    struct stretch {
        time_point since;
        time_point until;
    };
    // Dear or not, then cost, then attempts.
    using weight = std::tuple<bool, amount, std::uint64_t>;
    using weighed = std::pair<weight, traffic_lane>;
    using per_country = std::map<std::pair<traffic_product, std::string>, traffic_sum>;

    std::vector<std::string> vanished(traffic_product product, const report_sums& sums, time_point now,
                                      std::chrono::hours length) const;
    lane_record* lane_for(const traffic_lane& lane, const traffic_sum& with, time_point now);
    const traffic_lane& lightest_lane();
    void count_without_room(const traffic_lane& lane);
    void count(const traffic_lane& lane, const traffic_sum& more, source from);
    void forget_the_old(time_point now);
    void forget_until(time_point until);
    void keep_few_slots();
    void keep_few_calls();

    std::map<traffic_lane, lane_record> lanes_;
    std::unordered_map<std::string, recent_call> recent_;  // by id
    time_point calls_since_ = earliest_time;               // calls that began before are counted by reports
    std::array<std::optional<stretch>, enumerators_of<traffic_product>()> read_{};
    std::array<std::optional<time_point>, enumerators_of<traffic_product>()> details_whole_since_{};
    std::array<per_country, 2> totals_;
    std::set<weighed> by_weight_;  // as the lanes were when a page first had too many
    std::set<traffic_lane> refused_;
    std::uint64_t without_room_ = 0;
    std::optional<time_point> no_room_at_;  // for the last one
};

}  // namespace trunkwarden
