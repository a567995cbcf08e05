#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "findings/ledger.hpp"
#include "support/retention.hpp"

// The most findings that a thief can make.

namespace trunkwarden {
namespace {

// The least needed is the smallest.
using need_of_finding = std::tuple<bool, severity, time_point>;

need_of_finding event_need(const finding& f)
{
    return {f.status != finding_status::acknowledged, f.deviation.level, f.opened};
}

// A finding that the quarantine made harmless is needed less than one whose object still works.
using need_of_unseen = std::tuple<bool, bool, severity, time_point>;

need_of_unseen unseen_need(const finding& f)
{
    return {f.status != finding_status::acknowledged, f.status != finding_status::contained,
            f.deviation.level, f.last_seen};
}

// The ids of those that give way where no more than `staying` may stay.
std::vector<std::string> least_needed(std::vector<const finding*> unseen, std::size_t staying)
{
    std::vector<std::string> out;
    if (unseen.size() <= staying)
        return out;
    std::ranges::sort(unseen, {}, [](const finding* known) { return unseen_need(*known); });
    unseen.resize(unseen.size() - staying);
    out.reserve(unseen.size());
    for (const auto* known : unseen)
        out.push_back(known->id);
    return out;
}

}  // namespace

void ledger::end_surplus_event(by_id& open, const std::string& newest, time_point now, events& out)
{
    std::size_t count = 0;
    auto least = open.end();
    for (auto at = open.begin(); at != open.end(); ++at) {
        if (!at->second.deviation.from_event)
            continue;
        ++count;
        if (at->first != newest &&
            (least == open.end() || event_need(at->second) < event_need(least->second)))
            least = at;
    }
    if (count <= max_from_events)
        return;
    if (least->second.status != finding_status::acknowledged) {
        least->second.quarantine = fmt::format(
            "it counts as resolved, and nobody acknowledged it: the audit log showed {} others of its kind; look "
            "at what was changed",
            max_from_events);
        ++given_way_.from_events;
    }
    end(open, least, now, out);
}

std::vector<std::string> ledger::unseen_surplus(const resource_type& type,
                                                const observation& observation) const
{
    const auto open = open_.find(type.name);
    if (open == open_.end() || observation.completeness == extent::complete)
        return {};
    const auto whole = whole_.find(type.name);
    const auto before = in_part_.find(type.name);
    const bool is_first = before == in_part_.end();
    const auto since = is_first ? observation.began : before->second;
    std::vector<const finding*> unseen;
    bool has_new = false;
    for (const auto& [id, known] : open->second) {
        if (known.deviation.kind == deviation_kind::blind || known.deviation.from_event)
            continue;
        has_new = has_new || known.opened > since || (is_first && known.opened == since);
        if (known.last_seen < observation.began && (whole == whole_.end() || known.opened > whole->second))
            unseen.push_back(&known);
    }
    return has_new ? least_needed(std::move(unseen), max_unseen) : std::vector<std::string>();
}

ledger::events ledger::end_unseen_surplus(const resource_type& type, const observation& observation,
                                          const asked_objects& asked_for)
{
    events out;
    const auto of_type = open_.find(type.name);
    if (of_type == open_.end())
        return out;
    auto& open = of_type->second;
    const auto end_because = [&](const std::string& id, std::string why) {
        const auto at = open.find(id);
        if (at == open.end())
            return;
        at->second.quarantine = std::move(why);
        end(open, at, observation.at, out);
    };
    for (const auto& id : asked_for.gone)
        end_because(id, "the list is not read whole, and the API does not find the object");
    const auto surplus = unseen_surplus(type, observation);
    for (const auto& id : surplus) {
        if (asked_for.not_known.contains(id))
            continue;
        ++given_way_.unseen;
        end_because(
            id,
            fmt::format("it counts as resolved, and nothing shows that its object is gone: the list is not "
                        "read whole, and {} others of its findings were not shown either; look for the "
                        "object in the portal",
                        max_unseen));
    }
    if (observation.completeness == extent::partial)
        in_part_.insert_or_assign(std::string(type.name), observation.at);
    return out;
}

void ledger::was_there(std::string_view id, time_point now)
{
    if (auto* known = find(id))
        known->last_seen = now;
}

void ledger::forget_surplus_recent()
{
    if (recent_.size() <= max_recent)
        return;
    std::vector<past_item> all;
    all.reserve(recent_.size());
    for (const auto& [id, over] : recent_)
        all.push_back({id, over.contained ? 1 : 0, static_cast<int>(over.deviation.level),
                       over.resolved_at.value_or(over.last_seen), 0});
    const auto gone = beyond(std::move(all), {max_recent, 1});
    for (const auto& id : gone)
        recent_.erase(id);
    given_way_.recent += gone.size();
}

}  // namespace trunkwarden
