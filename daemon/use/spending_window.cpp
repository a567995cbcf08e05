#include "use/spending_window.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

day date_of(time_point at)
{
    return std::chrono::floor<std::chrono::days>(at);
}

// The falls of which a single charge counts for nothing: one a day at most.
std::map<day, const balance_change*> single_charges(const std::vector<balance_change>& falls, amount up_to)
{
    std::map<day, const balance_change*> out;
    for (const auto& fall : falls) {
        if (fall.spent > up_to)
            continue;
        auto& largest = out[date_of(fall.ended)];
        if (largest == nullptr || fall.spent > largest->spent)
            largest = &fall;
    }
    return out;
}

void leave_out_before(std::optional<time_point> since, std::vector<balance_change>& changes)
{
    if (since)
        std::erase_if(changes, [&since](const balance_change& change) { return change.began < *since; });
}

// Some span of this length must have had as much.
amount share_of(const balance_change& fall, std::chrono::seconds length)
{
    const auto lasted = fall.ended - fall.began - reading_slack;
    const auto spans = lasted / std::chrono::duration_cast<time_point::duration>(length) + 1;
    return {fall.spent.millionths / spans};
}

// The least that was spent on the day on which the fall ended.
amount share_of_the_day(const balance_change& fall)
{
    constexpr auto short_pause = 15min;
    const auto days = (date_of(fall.ended) - date_of(fall.began)).count() + 1;
    return fall.ended - fall.began <= short_pause ? fall.spent : amount{fall.spent.millionths / days};
}

}  // namespace

spending_windows::spending_windows(const spending_record& record, std::optional<amount> single_charge,
                                   std::optional<time_point> since)
{
    for (const auto& change : record.changes()) {
        if (change.source != top_up::none)
            rises_.push_back(change);
        if (change.spent > amount{})
            falls_.push_back(change);
    }
    if (single_charge) {
        std::vector<balance_change> counted;
        const auto left_out = single_charges(falls_, *single_charge);
        for (const auto& fall : falls_) {
            const auto charge = left_out.find(date_of(fall.ended));
            if (charge == left_out.end() || charge->second != &fall)
                counted.push_back(fall);
        }
        falls_ = std::move(counted);
    }
    leave_out_before(since, falls_);
    leave_out_before(since, rises_);
}

spent_window spending_windows::most_within(std::chrono::seconds length, time_point since) const
{
    spent_window most;
    amount sum;
    std::size_t first = 0;
    for (std::size_t at = 0; at < falls_.size(); ++at) {
        const auto& fall = falls_[at];
        const auto begins = fall.ended - length - reading_slack;
        sum += fall.spent;
        while (first <= at && falls_[first].began < begins)
            sum -= falls_[first++].spent;
        const auto spent = first <= at ? sum : share_of(fall, length);
        if (fall.ended > since && spent > most.spent)
            most = {spent, fall.ended};
    }
    return most;
}

amount spending_windows::on(day date) const
{
    amount sum;
    for (const auto& fall : falls_)
        if (date_of(fall.ended) == date)
            sum += share_of_the_day(fall);
    return sum;
}

std::size_t spending_windows::top_ups_on(day date) const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        rises_, [date](const balance_change& rise) { return date_of(rise.ended) == date; }));
}

std::optional<std::chrono::milliseconds> lasts_for(const spending_record& record, time_point now)
{
    constexpr auto recently = 10min;
    if (record.is_empty() || record.last().is.available <= amount{})
        return std::nullopt;
    amount spent;
    auto began = now;
    for (const auto& change : record.changes()) {
        if (change.began < now - recently - reading_slack)
            continue;
        spent += change.spent;
        began = std::min(began, change.began);
    }
    if (spent <= amount{} || began >= now)
        return std::nullopt;
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(now - began);
    constexpr std::int64_t no_end_in_sight = 100'000;  // such spans: more than a year and a half
    const auto spans = record.last().is.available.millionths / spent.millionths;
    if (spans > no_end_in_sight)
        return std::nullopt;
    const amount rest{record.last().is.available.millionths % spent.millionths};
    return spans * span + std::chrono::milliseconds((rest * span.count()).millionths / spent.millionths);
}

}  // namespace trunkwarden
