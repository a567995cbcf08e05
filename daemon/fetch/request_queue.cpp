#include "fetch/request_queue.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

namespace trunkwarden {
namespace {

constexpr std::array<std::chrono::seconds, 3> slack{std::chrono::seconds(0), std::chrono::seconds(10),
                                                    std::chrono::seconds(60)};

}  // namespace

request_queue::ticket request_queue::join(const request_priority& priority, instant since,
                                          std::string endpoint)
{
    const auto patient = since + slack.at(static_cast<std::size_t>(priority.order));
    const auto wanted_by = std::min(patient, std::max(since, priority.due));
    const auto at = std::ranges::upper_bound(line_, wanted_by, {}, &place::wanted_by);
    line_.insert(at, place{++last_, priority, std::move(endpoint), wanted_by});
    return last_;
}

void request_queue::leave(ticket who)
{
    std::erase_if(line_, [who](const place& waiting) { return waiting.who == who; });
}

std::optional<request_queue::ticket> request_queue::next(const rate_budget& budget, instant now)
{
    const auto first = std::ranges::find_if(line_, [&budget, now](const place& waiting) {
        return budget.earliest(waiting.priority, now, waiting.endpoint) <= now;
    });
    if (first == line_.end())
        return std::nullopt;
    const auto who = first->who;
    line_.erase(first);
    return who;
}

std::optional<request_queue::instant> request_queue::look_again(const rate_budget& budget, instant now) const
{
    std::optional<instant> soonest;
    for (const auto& waiting : line_) {
        const auto at = budget.earliest(waiting.priority, now, waiting.endpoint);
        soonest = soonest ? std::min(*soonest, at) : at;
    }
    return soonest;
}

std::optional<request_queue::ticket> request_queue::front() const
{
    return line_.empty() ? std::nullopt : std::optional(line_.front().who);
}

}  // namespace trunkwarden
