#include "containment/action_limits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {

std::size_t objects_within_the_hour(const object_list& seen, std::string_view resource,
                                    const std::vector<action>& history, time_point now)
{
    std::set<std::string_view> removed;
    for (const auto& action : history)
        if (action.resource == resource && action.state == action_state::done &&
            action.request.method == "DELETE" && action.sent_at &&
            now - *action.sent_at <= std::chrono::hours(1))
            removed.insert(action.object_id);
    if (!removed.empty())
        for_each(seen, [&removed](const object_view& object) { removed.erase(object.id()); });
    return count(seen) + removed.size();
}

action_limits::action_limits(const quarantine_settings& policy, std::string account, time_point cycle_began,
                             std::map<std::string, std::size_t> live)
    : policy_(policy), account_(std::move(account)), cycle_began_(cycle_began), live_(std::move(live))
{
}

void action_limits::count(const std::vector<action>& history, time_point now)
{
    for (const auto& action : history) {
        if (action.account != account_ || !action.sent_at)
            continue;
        cycle_ += *action.sent_at >= cycle_began_ ? 1 : 0;
        if (now - *action.sent_at > std::chrono::hours(1))
            continue;
        ++hour_;
        ++touched_[action.resource];
    }
}

std::size_t action_limits::share_of_hour(severity level) const
{
    const std::size_t whole = policy_.max_actions_per_hour;
    if (level == severity::critical)
        return whole;
    return std::max<std::size_t>(whole > 0 ? 1 : 0, level == severity::high ? whole * 3 / 4 : whole / 2);
}

optional_reason action_limits::admit(const action& step)
{
    if (cycle_ >= policy_.max_actions_per_cycle)
        return fmt::format("{} in one sweep, and not more than quarantine.max_actions_per_cycle: {}",
                           plural(cycle_, "action"), policy_.max_actions_per_cycle);
    if (const auto share = share_of_hour(step.level); hour_ >= share)
        return fmt::format(
            "{} within an hour, and not more than {} of quarantine.max_actions_per_hour: {} {}",
            plural(hour_, "action"), share, policy_.max_actions_per_hour,
            share == policy_.max_actions_per_hour ? "in all" : "for findings of this severity");
    constexpr std::size_t min_objects_for_fraction = 8;  // of fewer a fraction says nothing
    const auto live = live_.find(step.resource);
    const auto objects = live == live_.end() ? 0 : live->second;
    auto& touched = touched_[step.resource];
    if (objects >= min_objects_for_fraction &&
        static_cast<double>(touched + 1) > policy_.max_fraction * static_cast<double>(objects))
        return fmt::format("{} of the {} {} within an hour would be more than quarantine.max_fraction: {}",
                           touched + 1, objects, step.resource, policy_.max_fraction);
    ++cycle_;
    ++hour_;
    ++touched;
    return std::nullopt;
}

}  // namespace trunkwarden
