#include "findings/ledger.hpp"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <utility>

#include "findings/finding_state.hpp"
#include "findings/watch_cause.hpp"

// The effect of readings on findings. For that of time, people and the audit log: ledger_history.cpp; for how
// many there are at most: ledger_bounds.cpp.

namespace trunkwarden {
namespace {

using id_set = std::set<std::string, std::less<>>;

bool is_blind(const finding& f)
{
    return f.deviation.kind == deviation_kind::blind;
}

bool is_from_a_list(const finding& f)
{
    return !is_blind(f) && !f.deviation.from_event;
}

// Whether a difference is another one although it looks the same: the text for people may be shorter than the
// value. Where the exact value was not kept before, nothing can be said.
bool differs_exactly(const field_difference& a, const field_difference& b)
{
    return a.canonical_value && b.canonical_value && a.canonical_value != b.canonical_value;
}

bool differs(const std::vector<field_difference>& a, const std::vector<field_difference>& b)
{
    if (a != b)
        return true;
    for (std::size_t at = 0; at < a.size(); ++at)
        if (differs_exactly(a[at], b[at]))
            return true;
    return false;
}

}  // namespace

void ledger::take_state(finding& about, time_point now)
{
    if (key_ == nullptr)
        return;
    auto state = state_of(about, *key_);
    if (state == about.state)
        return;
    about.state = std::move(state);
    about.state_since = now;
}

void ledger::take_exposures(const std::function<std::optional<exposure>(const deviation&)>& exposure_of)
{
    for_each(
        [&exposure_of](finding& finding) { finding.deviation.exposure = exposure_of(finding.deviation); });
}

void ledger::emit(transition event, finding& about, time_point now, events& out)
{
    take_state(about, now);
    about.last_notified = now;
    about.max_severity = std::max(about.max_severity, about.deviation.level);
    unsaved_.erase(about.id);
    out.push_back({event, about, now});
}

void ledger::restore(finding kept)
{
    auto id = kept.id;
    if (key_ != nullptr)
        kept.state = state_of(kept, *key_);
    if (kept.status == finding_status::resolved)
        recent_.insert_or_assign(std::move(id), std::move(kept));
    else {
        // Nobody knows any more what the last whole reading showed: all that was open counts as shown.
        auto& whole = whole_[std::string(kept.deviation.type->name)];
        whole = std::max(whole, kept.opened);
        open_[std::string(kept.deviation.type->name)].insert_or_assign(std::move(id), std::move(kept));
    }
}

void ledger::open_anew(std::string id, deviation seen, const object_names& names, time_point now, events& out)
{
    auto& open = open_[std::string(seen.type->name)];
    finding fresh;
    auto event = transition::opened;
    bool is_new = false;
    if (const auto before = recent_.find(id); before != recent_.end()) {
        fresh = std::move(before->second);
        recent_.erase(before);
        ++fresh.occurrences;
        begin_opening(fresh, fresh.resolved_at.value_or(fresh.last_seen), now);
        if (fresh.contained && seen.kind != deviation_kind::exceeded) {
            event = transition::recreated;
            mark_recreated(seen);
        }
        // This time somebody else may have done it.
        fresh.by.reset();
        fresh.trail = audit_trail::not_known;
        fresh.incident.clear();
        fresh.acknowledged.reset();
        fresh.resolved_at.reset();
        fresh.contained_as.reset();
        fresh.quarantine.clear();
        fresh.back_since.reset();
    } else {
        is_new = true;
        fresh.id = id;
        fresh.account = account_;
        fresh.first_seen = now;
        if (seen.kind == deviation_kind::recreated)  // the same again, as another object
            event = transition::recreated;
    }
    fresh.status = finding_status::open;
    fresh.opened = fresh.last_changed = fresh.last_seen = now;
    fresh.title = title_of(seen, names);
    fresh.deviation = std::move(seen);
    take_state(fresh, now);
    if (is_new)
        fresh.state_since = {};
    emit(event, fresh, now, out);
    open.emplace(std::move(id), std::move(fresh));
}

// Whether what is known of it changed; then it is the new state that people acknowledge, or do not.
void ledger::see_again(finding& known, deviation seen, const object_names& names, time_point now, events& out)
{
    if (!known.incident.empty())
        raise_to_critical(seen);
    if (known.deviation.kind == deviation_kind::recreated)
        mark_recreated(seen);
    const auto seen_before = known.last_seen;
    const bool came_back = known.absent_since.has_value();
    if (came_back)
        begin_opening(known, *known.absent_since, now);
    known.absent_since.reset();
    known.last_seen = now;
    const bool changed = differs(known.deviation.fields, seen.fields) || known.deviation.level != seen.level;
    if (!changed) {
        if (!std::ranges::equal(known.deviation.fields, seen.fields, {}, &field_difference::canonical_value,
                                &field_difference::canonical_value)) {
            known.deviation.fields = std::move(seen.fields);
            take_state(known, now);
            changed_silently(known);
        }
        if (came_back)
            come_back(known, now, out);
        else
            tell_return(known, now, out);
        return;
    }
    if (came_back)
        ++known.occurrences;
    known.unchanged_until = seen_before;
    change(known, transition::changed, std::move(seen), names, now, out);
}

// The object is there again after it was gone, as it was before. An acknowledgement from before did not mean
// that.
void ledger::come_back(finding& known, time_point now, events& out)
{
    ++known.occurrences;
    const bool was_acknowledged = known.status == finding_status::acknowledged;
    if (was_acknowledged) {
        known.status = finding_status::open;
        known.acknowledged.reset();
    }
    if (was_acknowledged || std::has_single_bit(known.occurrences)) {
        emit(transition::changed, known, now, out);
        return;
    }
    known.back_since = now;
    changed_silently(known);
}

// The object stays: a later reading shows it again.
void ledger::tell_return(finding& known, time_point now, events& out)
{
    if (!known.back_since || now <= *known.back_since || now - known.last_notified < return_interval)
        return;
    known.back_since.reset();
    emit(transition::changed, known, now, out);
}

// A changed finding is another one to people: an acknowledgement was about something else.
// NOLINTNEXTLINE(readability-function-size): one parameter more than five, and two callers
void ledger::change(finding& known, transition event, deviation seen, const object_names& names,
                    time_point now, events& out)
{
    known.status = finding_status::open;
    known.acknowledged.reset();
    // Somebody else may have made this change.
    known.by.reset();
    known.trail = audit_trail::not_known;
    known.last_changed = now;
    known.quarantine.clear();
    known.back_since.reset();
    known.title = title_of(seen, names);
    known.deviation = std::move(seen);
    emit(event, known, now, out);
}

// A contained object may be seen as it was left, and a limit as it was passed before. Anything else is a
// return.
void ledger::see_contained(finding& known, deviation seen, const observation& observation,
                           const object_names& names, events& out)
{
    if (observation.began <= known.contained_as->at)
        return;
    if (known.absent_since) {
        known.absent_since.reset();
        changed_silently(known);
    }
    const bool goes_on = std::exchange(seen.goes_on, false);
    if (!goes_on && !known.contained_as->fields.empty() &&
        !differs(known.contained_as->fields, seen.fields)) {
        known.last_seen = observation.at;
        return;
    }
    const bool was_own_work = is_own_work(known);
    begin_opening(known, known.contained_as->at, observation.at);
    known.contained_as.reset();
    known.last_seen = observation.at;
    ++known.occurrences;
    // Calls that ran when their use was stopped are charged when they end: more was used, nothing came back.
    // An object that lockdown left like this was never away.
    const bool is_a_return = seen.kind != deviation_kind::exceeded && !was_own_work;
    if (is_a_return)
        mark_recreated(seen);
    change(known, is_a_return ? transition::recreated : transition::changed, std::move(seen), names,
           observation.at, out);
}

ledger::events ledger::leave_contained(deviation seen, std::string sentence, const object_names& names,
                                       time_point now)
{
    events out;
    auto& open = open_[std::string(seen.type->name)];
    const auto id = id_of(open, seen);
    seen.in_own_hands = false;
    auto known = open.find(id);
    const bool is_news = known == open.end();
    if (is_news) {
        recent_.erase(id);  // its past does not matter: this is by trunkwarden
        open_anew(id, seen, names, now, out);
        known = open.find(id);
    }
    auto& about = known->second;
    if (about.contained_as && !differs(about.contained_as->fields, seen.fields)) {
        about.last_seen = now;
        return out;
    }
    about.quarantine = std::move(sentence);
    about.title = title_of(seen, names);
    about.deviation.exposure = seen.exposure;
    const bool is_quiet = is_news && is_change_of_trusted(seen);
    if (is_quiet)
        about.deviation.level = severity::info;
    if (auto event = contain(id, seen, now))
        out.push_back(std::move(*event));
    if (is_quiet) {
        out.clear();
        about.max_severity = severity::info;
        changed_silently(about);
    }
    return out;
}

// A finding about the watch that is older than the resources of its causes keeps the id it had
// (watch_cause.hpp).
std::string ledger::id_of(const by_id& open, const deviation& seen) const
{
    if (is_watch_cause(*seen.type))
        for (const auto& [id, known] : open)
            if (known.deviation.id == seen.id && known.deviation.kind == seen.kind)
                return id;
    return finding_id(account_, seen);
}

void ledger::settle(by_id& open, deviation seen, const observation& observation, const object_names& names,
                    events& out)
{
    auto id = id_of(open, seen);
    const auto at = open.find(id);
    if (at == open.end())
        open_anew(std::move(id), std::move(seen), names, observation.at, out);
    else if (at->second.status == finding_status::contained && at->second.contained_as)
        see_contained(at->second, std::move(seen), observation, names, out);
    else
        see_again(at->second, std::move(seen), names, observation.at, out);
}

void ledger::end(by_id& open, by_id::iterator at, time_point now, events& out)
{
    finding& ended = at->second;
    ended.status = finding_status::resolved;
    ended.resolved_at = now;
    ended.absent_since.reset();
    emit(transition::resolved, ended, now, out);
    recent_.insert_or_assign(at->first, std::move(ended));
    open.erase(at);
    forget_surplus_recent();
}

// One that came and went before has to stay away first.
bool ledger::is_gone_for_good(finding& known, time_point now)
{
    if (known.occurrences < 2)
        return true;
    if (!known.absent_since) {
        known.absent_since = now;
        known.back_since.reset();
        changed_silently(known);
    }
    return now - *known.absent_since >= settling_time;
}

void ledger::resolve_unseen(by_id& open, const id_set& still_there, const observation& observation,
                            bool (*concerns)(const finding&), events& out)
{
    const auto now = observation.judged_again_at.value_or(observation.at);
    for (auto at = open.begin(); at != open.end();) {
        const auto here = at++;
        finding& known = here->second;
        // (A time still to come is that of a clock that was set back since.)
        const bool seen_since = known.last_seen > observation.began && known.last_seen <= now;
        if (!concerns(known) || still_there.contains(here->first) || seen_since)
            continue;
        if (is_gone_for_good(known, now))
            end(open, here, now, out);
    }
}

ledger::events ledger::apply(const resource_type& type, std::vector<deviation> seen,
                             const observation& observation, const object_names& names)
{
    events out;
    auto& open = open_[std::string(type.name)];
    id_set still_there;
    for (auto& deviation : seen) {
        still_there.insert(id_of(open, deviation));
        if (deviation.in_own_hands)
            continue;
        settle(open, std::move(deviation), observation, names, out);
    }
    if (observation.completeness == extent::complete) {
        resolve_unseen(open, still_there, observation, is_from_a_list, out);
        whole_[std::string(type.name)] = observation.at;
    }
    return out;
}

ledger::events ledger::confirm(const resource_type& type, const observation& observation)
{
    events out;
    auto& open = open_[std::string(type.name)];
    id_set still_there;
    for (auto& [id, known] : open)
        if (is_from_a_list(known) && !known.absent_since) {
            known.last_seen = observation.at;
            still_there.insert(id);
            tell_return(known, observation.at, out);
        }
    if (observation.completeness == extent::complete) {
        resolve_unseen(open, still_there, observation, is_from_a_list, out);
        whole_[std::string(type.name)] = observation.at;
    }
    return out;
}

ledger::events ledger::apply_blind(const resource_type& type, std::vector<deviation> blind,
                                   const observation& observation)
{
    events out;
    auto& open = open_[std::string(type.name)];
    id_set still_there;
    for (auto& deviation : blind) {
        still_there.insert(id_of(open, deviation));
        settle(open, std::move(deviation), observation, {}, out);
    }
    if (observation.completeness == extent::complete)
        resolve_unseen(open, still_there, observation, is_blind, out);
    return out;
}

void ledger::retitle(const object_names& names)
{
    for_each([&](finding& known) {
        auto title = title_of(known.deviation, names);
        if (title == known.title)
            return;
        known.title = std::move(title);
        changed_silently(known);
    });
}

std::size_t ledger::size() const
{
    std::size_t total = 0;
    for (const auto& [resource, findings] : open_)
        total += findings.size();
    return total;
}

std::vector<finding> ledger::all_open() const
{
    std::vector<finding> out;
    for (const auto& [resource, findings] : open_)
        for (const auto& [id, finding] : findings)
            out.push_back(finding);
    return out;
}

std::vector<finding> ledger::take_unsaved()
{
    std::vector<finding> out;
    for (const auto& id : std::exchange(unsaved_, {}))
        if (const auto* known = find(id))
            out.push_back(*known);
    return out;
}

finding* ledger::find(std::string_view id)
{
    for (auto& [resource, findings] : open_)
        if (const auto at = findings.find(id); at != findings.end())
            return &at->second;
    return nullptr;
}

}  // namespace trunkwarden
