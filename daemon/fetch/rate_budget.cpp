#include "fetch/rate_budget.hpp"

#include <algorithm>
#include <cmath>

namespace trunkwarden {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// A tenth of a second's worth may go out together, so that a page and its neighbours need not queue up.
double burst_of(double requests_per_second)
{
    return std::clamp(requests_per_second / 10, 1.0, 20.0);
}

}  // namespace

rate_budget::rate_budget(const rate_limits& limits) : reserve_(std::clamp(limits.reserve, 0.0, 1.0))
{
    const double pace = std::clamp(limits.requests_per_second, 0.001, 1e6);
    interval_ = nanoseconds(std::llround(1e9 / pace));
    tolerance_ = nanoseconds(std::llround(1e9 / pace * (burst_of(pace) - 1)));
}

// At least one: a monitor that may never ask sees nothing.
bool rate_budget::share_is_left() const
{
    const auto share = std::max(1.0, std::floor((1 - reserve_) * static_cast<double>(window_->told.limit)));
    return static_cast<double>(sent_in_window_) < share;
}

// Within the monitor's share, and within what others have left.
bool rate_budget::allowed(urgency order) const
{
    if (!share_is_left())
        return false;
    // What is on its way may not be counted in `remaining` yet.
    const auto& told = window_->told;
    const auto remaining = told.remaining - std::min(told.remaining, in_flight_);
    if (order == urgency::money)
        return remaining > 0;
    return static_cast<double>(remaining) > reserve_ * static_cast<double>(told.limit);
}

rate_budget::instant rate_budget::earliest(const request_priority& priority, instant now,
                                           std::string_view endpoint) const
{
    auto at = next_slot_ - tolerance_;
    if (const auto blocked = blocked_until_.find(endpoint); blocked != blocked_until_.end())
        at = std::max(at, blocked->second);
    if (!window_known(now) || allowed(priority.order) || priority.is_of_a_write())
        return at;
    // Even when it is said that nothing remains: that may be the limit of another endpoint, and one 429 costs
    // nobody anything.
    return std::max(at, share_is_left() ? std::min(priority.due, window_->ends) : window_->ends);
}

void rate_budget::close_window()
{
    window_.reset();
    sent_in_window_ = sent_at_its_end_;
    sent_at_its_end_ = 0;
}

void rate_budget::sent(instant now)
{
    if (window_.has_value() && now >= window_->ends)
        close_window();
    next_slot_ = std::max(now, next_slot_) + interval_;
    ++sent_in_window_;
    ++in_flight_;
    if (window_.has_value() && now >= window_->earliest_end)
        ++sent_at_its_end_;
}

void rate_budget::ended()
{
    if (in_flight_ > 0)
        --in_flight_;
}

rate_budget::window rate_budget::window_of(const allowance& told, instant now)
{
    // No published window is longer than a minute; an absurd number must not stop the monitor.
    constexpr std::chrono::milliseconds longest = std::chrono::hours(1);
    const auto ends = now + std::clamp(told.until_reset, std::chrono::milliseconds(0), longest);
    return window{told, ends, ends - seconds(1), ends + seconds(1)};
}

void rate_budget::learn(const allowance& told, instant now)
{
    const auto seen = window_of(told, now);
    if (!window_known(now)) {
        if (window_.has_value())
            close_window();
        else if (!told_before_)
            sent_in_window_ = in_flight_;  // the API began to tell: what went before belongs to no window
        told_before_ = true;
        window_ = seen;
        return;
    }
    window_->told = told;
    if (seen.latest_end < window_->earliest_end) {
        window_->ends = seen.ends;
        window_->earliest_end = seen.earliest_end;
        window_->latest_end = seen.latest_end;
        return;
    }
    // Only within the second: a window that moved along with every answer would never end.
    window_->ends = std::clamp(seen.ends, window_->ends, window_->latest_end);
}

void rate_budget::block(std::string_view endpoint, instant until, instant now)
{
    std::erase_if(blocked_until_, [now](const auto& blocked) { return blocked.second <= now; });
    auto& known = blocked_until_[std::string(endpoint)];
    known = std::max(known, until);
}

}  // namespace trunkwarden
