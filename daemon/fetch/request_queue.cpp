#include "fetch/request_queue.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

constexpr std::array<std::chrono::seconds, 3> slack{std::chrono::seconds(0), std::chrono::seconds(10),
                                                    std::chrono::seconds(60)};

}  // namespace

request_queue::ticket request_queue::join(urgency order, instant now)
{
    const auto which = static_cast<std::size_t>(order);
    lines_.at(which).push_back(place{++last_, now + slack.at(which)});
    return last_;
}

void request_queue::leave(ticket who)
{
    for (auto& line : lines_) {
        const auto it =
            std::find_if(line.begin(), line.end(), [who](const place& p) { return p.who == who; });
        if (it != line.end()) {
            line.erase(it);
            return;
        }
    }
}

std::optional<request_queue::ticket> request_queue::next(const rate_budget& budget, instant now)
{
    std::deque<place>* best = nullptr;
    for (std::size_t i = 0; i < classes; ++i) {
        auto& line = lines_.at(i);
        if (line.empty() || budget.earliest(static_cast<urgency>(i), now) > now)
            continue;
        if (best == nullptr || line.front().wanted_by < best->front().wanted_by)
            best = &line;
    }
    if (best == nullptr)
        return std::nullopt;
    const auto who = best->front().who;
    best->pop_front();
    return who;
}

std::optional<request_queue::instant> request_queue::look_again(const rate_budget& budget, instant now) const
{
    std::optional<instant> soonest;
    for (std::size_t i = 0; i < classes; ++i) {
        if (lines_.at(i).empty())
            continue;
        const auto at = budget.earliest(static_cast<urgency>(i), now);
        soonest = soonest ? std::min(*soonest, at) : at;
    }
    return soonest;
}

std::optional<request_queue::ticket> request_queue::front() const
{
    const place* first = nullptr;
    for (const auto& line : lines_)
        if (!line.empty() && (first == nullptr || line.front().wanted_by < first->wanted_by))
            first = &line.front();
    return first == nullptr ? std::nullopt : std::optional(first->who);
}

}  // namespace trunkwarden
