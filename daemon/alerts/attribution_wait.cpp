#include "alerts/attribution_wait.hpp"

namespace trunkwarden {
namespace {

// Whether the audit log may still name the actor of a new finding.
bool wants_a_name(const finding_event& event)
{
    const auto& about = event.about;
    return (event.transition == transition::opened || event.transition == transition::recreated) &&
           !about.by && is_a_change(about.deviation.kind);
}

}  // namespace

std::vector<finding_event> attribution_wait::add(std::vector<finding_event> events, time_point now)
{
    std::vector<finding_event> now_told;
    for (auto& event : events) {
        if (wants_a_name(event) || holds(event.about.id))
            held_.hold(std::move(event), now);
        else
            now_told.push_back(std::move(event));
    }
    return now_told;
}

std::optional<time_point> attribution_wait::due_at() const
{
    return held_.empty() ? std::nullopt : std::optional(*held_.since() + max_wait);
}

}  // namespace trunkwarden
