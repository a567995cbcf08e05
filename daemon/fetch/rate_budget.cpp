#include "fetch/rate_budget.hpp"

#include <algorithm>
#include <cmath>

namespace trunkwarden {
namespace {

using std::chrono::nanoseconds;

// A tenth of a second's worth may go out together, so that a page and its neighbours need not queue up.
double burst_of(double requests_per_second)
{
    return std::clamp(requests_per_second / 10, 1.0, 20.0);
}

}  // namespace

std::string endpoint_of(std::string_view method, std::string_view target)
{
    std::string out(method);
    out.append(" ");
    auto path = target.substr(0, target.find('?'));
    while (!path.empty()) {
        const auto end = std::min(path.find('/', 1), path.size());
        const auto segment = path.substr(0, end);
        const bool is_an_id = segment.find_first_of("0123456789") != std::string_view::npos;
        out.append(is_an_id ? std::string_view("/{id}") : segment);
        path.remove_prefix(end);
    }
    return out;
}

rate_budget::rate_budget(const rate_limits& limits) : reserve_(std::clamp(limits.reserve, 0.0, 1.0))
{
    const double pace = std::clamp(limits.requests_per_second, 0.001, 1e6);
    interval_ = nanoseconds(std::llround(1e9 / pace));
    tolerance_ = nanoseconds(std::llround(1e9 / pace * (burst_of(pace) - 1)));
}

rate_budget::instant rate_budget::opens(const request_priority& priority, instant now,
                                        std::string_view endpoint) const
{
    const auto known = endpoints_.find(endpoint);
    if (known == endpoints_.end())
        return instant::min();
    const auto& [used, blocked_until, in_flight, windows] = known->second;
    auto at = blocked_until;
    for (const auto& window : windows)
        at = std::max(at, window.earliest(priority, reserve_, in_flight, now));
    return at;
}

rate_budget::instant rate_budget::earliest(const request_priority& priority, instant now,
                                           std::string_view endpoint) const
{
    return std::max(next_slot_ - tolerance_, opens(priority, now, endpoint));
}

rate_budget::endpoint_state& rate_budget::state_of(std::string_view endpoint, instant now)
{
    auto known = endpoints_.find(endpoint);
    if (known == endpoints_.end()) {
        if (endpoints_.size() >= max_endpoints)
            endpoints_.erase(std::ranges::min_element(endpoints_, {}, [](const auto& pair) {
                // Those with a request on its way are few, and go last: its end is still to be noted.
                return std::pair(pair.second.in_flight > 0, pair.second.used);
            }));
        known = endpoints_.try_emplace(std::string(endpoint)).first;
    }
    known->second.used = now;
    return known->second;
}

void rate_budget::sent(instant now, std::string_view endpoint)
{
    next_slot_ = std::max(now, next_slot_) + interval_;
    auto& asked = state_of(endpoint, now);
    ++asked.in_flight;
    for (auto& window : asked.windows)
        window.sent(now);
}

void rate_budget::ended(std::string_view endpoint)
{
    const auto known = endpoints_.find(endpoint);
    if (known != endpoints_.end() && known->second.in_flight > 0)
        --known->second.in_flight;
}

void rate_budget::learn(const allowance& told, instant now, std::string_view endpoint)
{
    auto& about = state_of(endpoint, now);
    const auto known = std::ranges::find(about.windows, told.length, &rate_window::length);
    if (known != about.windows.end()) {
        known->learn(told, now);
        return;
    }
    if (about.windows.size() >= max_windows)
        about.windows.erase(about.windows.begin());
    about.windows.emplace_back(told, now, about.in_flight);
}

void rate_budget::block(std::string_view endpoint, instant until, instant now)
{
    auto& about = state_of(endpoint, now);
    about.blocked_until = std::max(about.blocked_until, until);
}

std::optional<std::uint64_t> rate_budget::fewest_remaining(instant now) const
{
    std::optional<std::uint64_t> fewest;
    for (const auto& [endpoint, about] : endpoints_)
        for (const auto& window : about.windows)
            if (const auto left = window.remaining(now))
                fewest = std::min(fewest.value_or(*left), *left);
    return fewest;
}

}  // namespace trunkwarden
