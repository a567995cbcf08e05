#include "findings/own_changes.hpp"

namespace trunkwarden {

void own_changes::forget(time_point now)
{
    if (now >= forgotten_at_ && now - forgotten_at_ < std::chrono::minutes(1))
        return;
    forgotten_at_ = now;
    std::erase_if(by_object_, [now](const auto& known) {
        return now - known.second.ended.value_or(known.second.sent) > keeping + patience;
    });
}

void own_changes::take(own_change told, time_point now)
{
    forget(now);
    const key where(told.resource, told.object_id);
    auto known = by_object_.find(where);
    if (known == by_object_.end()) {
        if (told.now != own_change::stage::sending || by_object_.size() >= most)
            return;  // nobody said that it would come
        known = by_object_.emplace(where, noted{told, now, now}).first;
    }
    auto& here = known->second;
    if (told.now == own_change::stage::sending) {
        here.sent = now;
        here.ended.reset();
        ++here.events;
    } else {
        here.ended = now;
    }
    told.fields.merge(here.told.fields);
    here.seen.reset();
    here.told = std::move(told);
}

const own_changes::noted* own_changes::find(std::string_view resource, std::string_view id) const
{
    if (by_object_.empty())
        return nullptr;
    const auto known = by_object_.find(key(resource, id));
    return known == by_object_.end() ? nullptr : &known->second;
}

bool own_changes::is_under_way(std::string_view resource, std::string_view id, time_point began,
                               time_point now) const
{
    const auto* known = find(resource, id);
    if (known == nullptr)
        return false;
    if (!known->ended)
        return now - known->sent < patience;
    return began <= *known->ended && now - *known->ended < patience;
}

const own_change* own_changes::that_left(std::string_view resource, std::string_view id,
                                         std::string_view state, time_point began) const
{
    const auto* known = find(resource, id);
    if (known == nullptr || !known->ended || known->told.now != own_change::stage::done)
        return nullptr;
    const bool is_in_time = began > *known->ended && began - *known->ended < keeping;
    return is_in_time && !state.empty() && known->told.left == state ? &known->told : nullptr;
}

void own_changes::note_seen(const own_change& change, time_point began)
{
    const auto known = by_object_.find(key(change.resource, change.object_id));
    if (known != by_object_.end())
        known->second.seen = began;
}

const own_change* own_changes::seen_in(std::string_view resource, std::string_view id, time_point began) const
{
    const auto* known = find(resource, id);
    return known != nullptr && known->seen == began ? &known->told : nullptr;
}

bool own_changes::takes(const audit_event& event)
{
    for (auto& [where, known] : by_object_) {
        const auto& id = where.second;
        const bool is_about_it = !id.empty() && (event.resource_id == id || event.alternate_id == id);
        const bool is_ours = !event.by.user_id.empty() && event.by.user_id == known.told.user_id;
        if (!is_about_it || !is_ours || known.events == 0 ||
            event.by.at < known.first_sent - clocks_differ_by)
            continue;
        if (known.ended && event.by.at > *known.ended + clocks_differ_by)
            continue;
        --known.events;
        return true;
    }
    return false;
}

}  // namespace trunkwarden
