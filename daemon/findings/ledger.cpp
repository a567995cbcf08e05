#include "findings/ledger.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace trunkwarden {
namespace {

using id_set = std::set<std::string, std::less<>>;

// Ends the findings that `still_there` does not hold, of those that `concerns` picks.
template <class Concerns>
void resolve(ledger::by_id& open, const id_set& still_there, Concerns concerns, time_point now,
             std::vector<finding_event>& out)
{
    for (auto at = open.begin(); at != open.end();) {
        if (!concerns(at->second) || still_there.contains(at->first)) {
            ++at;
            continue;
        }
        at->second.status = finding_status::resolved;
        at->second.last_seen = now;
        out.push_back({transition::resolved, std::move(at->second), now});
        at = open.erase(at);
    }
}

bool is_blind(const finding& f)
{
    return f.what.kind == deviation_kind::blind;
}

}  // namespace

void ledger::settle(by_id& open, deviation seen, const namebook& names, time_point now,
                    std::vector<finding_event>& out)
{
    auto id = finding_id(account_, seen);
    const auto at = open.find(id);
    if (at == open.end()) {
        auto title = title_of(seen, names);
        finding fresh{id, account_, std::move(seen), std::move(title), finding_status::open, now, now};
        out.push_back({transition::opened, fresh, now});
        open.emplace(std::move(id), std::move(fresh));
        return;
    }
    finding& known = at->second;
    const bool changed = known.what.fields != seen.fields || known.what.level != seen.level;
    known.last_seen = now;
    if (!changed)
        return;
    known.title = title_of(seen, names);
    known.what = std::move(seen);
    out.push_back({transition::changed, known, now});
}

std::vector<finding_event> ledger::apply(const resource_type& type, std::vector<deviation> seen,
                                         extent how_much, const namebook& names, time_point now)
{
    std::vector<finding_event> out;
    auto& open = open_[std::string(type.name)];
    id_set still_there;
    for (auto& one : seen) {
        still_there.insert(finding_id(account_, one));
        settle(open, std::move(one), names, now, out);
    }
    if (how_much == extent::whole)
        resolve(open, still_there, std::not_fn(is_blind), now, out);
    return out;
}

void ledger::confirm(const resource_type& type, time_point now)
{
    for (auto& [id, known] : open_[std::string(type.name)])
        if (!is_blind(known))
            known.last_seen = now;
}

std::vector<finding_event> ledger::apply_blind(const resource_type& type, std::vector<deviation> blind,
                                               time_point now)
{
    std::vector<finding_event> out;
    auto& open = open_[std::string(type.name)];
    id_set still_there;
    for (auto& one : blind) {
        still_there.insert(finding_id(account_, one));
        settle(open, std::move(one), {}, now, out);
    }
    resolve(open, still_there, is_blind, now, out);
    return out;
}

void ledger::retitle(const namebook& names)
{
    for (auto& [resource, findings] : open_)
        for (auto& [id, known] : findings)
            known.title = title_of(known.what, names);
}

std::size_t ledger::size() const
{
    std::size_t total = 0;
    for (const auto& [resource, findings] : open_)
        total += findings.size();
    return total;
}

}  // namespace trunkwarden
