#include "use/traffic_calls.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>
#include <vector>

#include "use/traffic_window.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// The most within an hour that ended within the last one.
std::size_t most_within_an_hour(std::vector<time_point>& ends, time_point now)
{
    std::ranges::sort(ends);
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t at = 0; at < ends.size(); ++at) {
        while (ends[at] - ends[first] > 1h)
            ++first;
        if (ends[at] > now - 1h)
            most = std::max(most, at - first + 1);
    }
    return most;
}

}  // namespace

struct called_numbers::one_number {
    std::vector<time_point> ends;
    traffic_lane lane;
    time_point last = earliest_time;
    bool is_of_several = false;

    void add(const recent_call& call)
    {
        is_of_several = is_of_several || (!ends.empty() && lane.connection != call.lane.connection);
        ends.push_back(call.ended);
        if (call.ended >= last)
            std::tie(lane, last) = std::tuple(call.lane, call.ended);
    }
};

called_numbers::called_numbers(const traffic_policy& policy, const traffic_record& record, time_point now)
{
    const auto limits_single_calls = [](const traffic_entry& entry) {
        return entry.max_calls_to_one_number || entry.max_call_minutes;
    };
    if (std::ranges::none_of(policy.entries, limits_single_calls))
        return;
    calls_by_number numbers;
    for (const auto& [id, call] : record.recent()) {
        if (call.ended < now - judged_for)
            continue;
        const auto began = call.ended - std::chrono::seconds(call.seconds);
        const auto by = covering(policy, call.lane, began, began);
        if (!by)
            continue;
        const auto& entry = policy.entries[*by];
        if (entry.max_calls_to_one_number && !call.number.empty())
            numbers[{*by, call.number}].add(call);
        const bool is_long =
            entry.max_call_minutes && call.seconds > std::uint64_t{60} * *entry.max_call_minutes;
        if (is_long && call.ended > now - 1h && call.seconds > longest_[*by].seconds)
            longest_[*by] = {call.lane, call.number, call.seconds, call.ended};
    }
    judge(policy, std::move(numbers), now);
}

void called_numbers::judge(const traffic_policy& policy, calls_by_number numbers, time_point now)
{
    for (auto& [key, known] : numbers) {
        const auto& [entry, number] = key;
        const auto calls = most_within_an_hour(known.ends, now);
        if (calls <= *policy.entries[entry].max_calls_to_one_number)
            continue;
        auto& most = most_called_[entry];
        if (calls > most.calls)
            most = {known.lane, number, calls, known.is_of_several};
    }
}

}  // namespace trunkwarden
