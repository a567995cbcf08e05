#include "fetch/rate_window.hpp"

#include <algorithm>
#include <cmath>

namespace trunkwarden {

// Requests from before the API reported windows belong to none.
rate_window::rate_window(const allowance& told, instant now, std::uint64_t in_flight)
    : length_(told.length), open_(opened(told, now)), sent_(in_flight)
{
}

rate_window::open_window rate_window::opened(const allowance& told, instant now)
{
    // An absurd number must not stop the monitor.
    constexpr std::chrono::milliseconds longest = std::chrono::hours(1);
    constexpr auto rounding = std::chrono::seconds(1);
    const auto ends = now + std::clamp(told.until_reset, std::chrono::milliseconds(0), longest);
    return {told, ends, ends - rounding, ends + rounding};
}

// At least one: a monitor that may never ask sees nothing.
bool rate_window::share_is_left(double reserve) const
{
    const auto share = std::max(1.0, std::floor((1 - reserve) * static_cast<double>(open_->told.limit)));
    return static_cast<double>(sent_) < share;
}

// Within the monitor's share, and within what others have left.
bool rate_window::allowed(urgency order, double reserve, std::uint64_t in_flight) const
{
    if (!share_is_left(reserve))
        return false;
    // Requests on their way may not be counted in `remaining` yet.
    const auto& told = open_->told;
    const auto remaining = told.remaining - std::min(told.remaining, in_flight);
    if (order == urgency::money)
        return remaining > 0;
    return static_cast<double>(remaining) > reserve * static_cast<double>(told.limit);
}

rate_window::instant rate_window::earliest(const request_priority& priority, double reserve,
                                           std::uint64_t in_flight, instant now) const
{
    if (!is_open(now) || priority.is_of_a_write() || allowed(priority.order, reserve, in_flight))
        return instant::min();
    if (priority.takes_the_reserve && open_->told.remaining > in_flight)
        return instant::min();
    // Even when it is said that nothing remains: others took it, and one 429 costs nobody anything.
    return share_is_left(reserve) ? std::min(priority.due, open_->ends) : open_->ends;
}

void rate_window::close()
{
    open_.reset();
    sent_ = sent_at_its_end_;
    sent_at_its_end_ = 0;
}

void rate_window::sent(instant now)
{
    if (open_.has_value() && now >= open_->ends)
        close();
    ++sent_;
    if (open_.has_value() && now >= open_->earliest_end)
        ++sent_at_its_end_;
}

void rate_window::learn(const allowance& told, instant now)
{
    const auto seen = opened(told, now);
    if (!is_open(now)) {
        if (open_.has_value())
            close();
        // Requests without an answer of the API, and those of long ago, may be of no window.
        if (told.counted)
            sent_ = std::min(sent_, told.limit - std::min(told.limit, told.remaining));
        open_ = seen;
        return;
    }
    if (!told.counted) {
        open_->told.limit = told.limit;
        return;
    }
    open_->told = told;
    if (seen.latest_end < open_->earliest_end) {
        open_->ends = seen.ends;
        open_->earliest_end = seen.earliest_end;
        open_->latest_end = seen.latest_end;
        return;
    }
    // Only within the second: a window that moved along with every answer would never end.
    open_->ends = std::clamp(seen.ends, open_->ends, open_->latest_end);
}

std::optional<std::uint64_t> rate_window::remaining(instant now) const
{
    if (!is_open(now) || !open_->told.counted)
        return std::nullopt;
    return open_->told.remaining;
}

}  // namespace trunkwarden
