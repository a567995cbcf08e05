#include <algorithm>
#include <fmt/format.h>
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
    if (count > max_from_events)
        end(open, least, now, out);
}

ledger::events ledger::end_unseen_surplus(const resource_type& type, const observation& observation)
{
    events out;
    const auto found = open_.find(type.name);
    if (found == open_.end() || observation.completeness == extent::complete)
        return out;
    auto& open = found->second;
    const auto whole = whole_.find(type.name);
    const auto [before, is_first] = in_part_.try_emplace(std::string(type.name), observation.began);
    const auto since = std::exchange(before->second, observation.at);
    std::vector<by_id::iterator> unseen;
    bool has_new = false;
    for (auto at = open.begin(); at != open.end(); ++at) {
        const auto& known = at->second;
        if (known.deviation.kind == deviation_kind::blind || known.deviation.from_event)
            continue;
        has_new = has_new || known.opened > since || (is_first && known.opened == since);
        if (known.last_seen < observation.began && (whole == whole_.end() || known.opened > whole->second))
            unseen.push_back(at);
    }
    if (!has_new || unseen.size() <= max_unseen)
        return out;
    std::ranges::sort(unseen, {}, [](const auto& at) { return unseen_need(at->second); });
    unseen.resize(unseen.size() - max_unseen);
    for (const auto at : unseen) {
        at->second.quarantine = fmt::format(
            "it counts as resolved, and nothing shows that its object is gone: the list is not read whole, and {} "
            "others of its findings were not shown either; look for the object in the portal",
            max_unseen);
        end(open, at, observation.at, out);
    }
    given_way_.unseen += unseen.size();
    return out;
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
