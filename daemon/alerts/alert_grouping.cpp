#include "alerts/alert_grouping.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {

void alert_grouping::hold(finding_event event, time_point now)
{
    held_.hold(std::move(event), now);
    sweep_ended_ = false;
}

std::vector<finding_event> alert_grouping::add(std::vector<finding_event> events, time_point now)
{
    // A finding that only an audit event shows is not found again after a crash: it is alerted, and so kept,
    // at once. A critical finding has a message of its own: there is nothing to wait for.
    const auto opens = [](const finding_event& event) {
        return event.transition == transition::opened && !event.about.deviation.from_event &&
               event.about.deviation.level < severity::critical;
    };
    const auto openings = static_cast<std::size_t>(std::ranges::count_if(events, opens));
    opened_ += openings;
    // Many at one moment are enough for one message.
    const bool one_message = openings > max_separate;
    const bool hold_openings = first_sight_ || (opened_ > max_separate && !one_message);
    std::vector<finding_event> now_told;
    for (auto& event : events) {
        if ((hold_openings && opens(event)) || holds(event.about.id))
            hold(std::move(event), now);
        else
            now_told.push_back(std::move(event));
    }
    return now_told;
}

bool alert_grouping::is_due(time_point now) const
{
    return !held_.empty() && (sweep_ended_ || now - *held_.since() >= max_wait);
}

void alert_grouping::end_sweep()
{
    opened_ = 0;
    sweep_ended_ = true;
    first_sight_ = false;
}

}  // namespace trunkwarden
