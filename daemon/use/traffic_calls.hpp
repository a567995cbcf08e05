#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "baseline/traffic_policy.hpp"
#include "support/clock.hpp"
#include "use/traffic_record.hpp"

namespace trunkwarden {

// Calls within an hour to one number.
struct calls_in_a_row {
    traffic_lane lane;  // of the last of them
    std::string number;
    std::size_t calls = 0;
    bool is_of_several = false;  // connections
};

struct long_call {
    traffic_lane lane;
    std::string number;
    std::uint64_t seconds = 0;
    time_point ended;
};

// The calls of the record that passed a limit on single calls, by the index of the entry that has it. Each is
// the most that any hour showed which ended within the last hour. Pure.
class called_numbers {
public:
    // Calls that ended before that are in none of these hours.
    static constexpr auto judged_for = std::chrono::hours(2);

    called_numbers(const traffic_policy& policy, const traffic_record& record, time_point now);

    const std::map<std::size_t, calls_in_a_row>& most_called() const { return most_called_; }
    const std::map<std::size_t, long_call>& longest() const { return longest_; }

private:
    struct one_number;
    // By entry and number.
    using calls_by_number = std::map<std::pair<std::size_t, std::string>, one_number>;
    void judge(const traffic_policy& policy, calls_by_number numbers, time_point now);

    std::map<std::size_t, calls_in_a_row> most_called_;
    std::map<std::size_t, long_call> longest_;
};

}  // namespace trunkwarden
