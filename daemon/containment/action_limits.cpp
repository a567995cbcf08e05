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
    for (const auto& one : history)
        if (one.resource == resource && one.state == action_state::done && one.request.method == "DELETE" &&
            one.sent_at && now - *one.sent_at <= std::chrono::hours(1))
            removed.insert(one.object_id);
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
    for (const auto& one : history) {
        if (one.account != account_ || !one.sent_at)
            continue;
        cycle_ += *one.sent_at >= cycle_began_ ? 1 : 0;
        if (now - *one.sent_at > std::chrono::hours(1))
            continue;
        ++hour_;
        ++touched_[one.resource];
    }
}

namespace {

// The part of a limit that findings of this severity may use, rounded up.
std::size_t share_of(std::size_t whole, severity level)
{
    if (level == severity::critical)
        return whole;
    return level == severity::high ? (whole * 3 + 3) / 4 : (whole + 1) / 2;
}

}  // namespace

optional_reason action_limits::admit(const action& step)
{
    if (cycle_ >= policy_.max_actions_per_cycle)
        return fmt::format("{} in one sweep, and not more than quarantine.max_actions_per_cycle: {}",
                           plural(cycle_, "action"), policy_.max_actions_per_cycle);
    if (const auto share = share_of(policy_.max_actions_per_hour, step.level); hour_ >= share)
        return fmt::format(
            "{} within an hour, and not more than {} of quarantine.max_actions_per_hour: {} {}",
            plural(hour_, "action"), share, policy_.max_actions_per_hour,
            share == policy_.max_actions_per_hour ? "in all" : "for findings of this severity");
    if (auto why = passes_fraction(step))
        return why;
    ++cycle_;
    ++hour_;
    ++touched_[step.resource];
    return std::nullopt;
}

optional_reason action_limits::passes_fraction(const action& step) const
{
    constexpr std::size_t min_objects_for_fraction = 8;  // of fewer a fraction says nothing
    const auto live = live_.find(step.resource);
    if (live == live_.end() || live->second < min_objects_for_fraction)
        return std::nullopt;
    const auto before = touched_.find(step.resource);
    const auto touched = before == touched_.end() ? 0 : before->second;
    if (static_cast<double>(touched + 1) <= policy_.max_fraction * static_cast<double>(live->second))
        return std::nullopt;
    return fmt::format("{} of the {} {} within an hour would be more than quarantine.max_fraction: {}",
                       touched + 1, live->second, step.resource, policy_.max_fraction);
}

}  // namespace trunkwarden
