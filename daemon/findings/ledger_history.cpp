#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>
#include <utility>

#include "findings/attribution.hpp"
#include "findings/finding_state.hpp"
#include "findings/ledger.hpp"
#include "support/parse_time.hpp"

// The effect of time, people and the audit log on findings.

namespace trunkwarden {
namespace {

bool is_heavy(const finding& f)
{
    return f.deviation.level >= severity::high;
}

failure no_such_finding(std::string_view id)
{
    return {errc::not_found,
            fmt::format("there is no open finding {}; \"trunkwarden findings\" lists them", id)};
}

// When the change that a finding is about was made, as far as is known.
std::optional<time_point> changed_at(const finding& f, std::optional<time_point> watching_since)
{
    if (const auto touched = parse_time(f.deviation.modified_at))
        return touched;
    // The object was as it should be, or not there, when everything had been read once.
    if (watching_since && f.last_changed > *watching_since)
        return f.last_changed;
    return std::nullopt;
}

bool is_explainable(const finding& f)
{
    return !f.by && is_a_change(f.deviation.kind) && !is_own_work(f) && has_ids_of_the_api(*f.deviation.type);
}

// An acknowledgement covers the state that the person saw, and nothing that can still come.
std::optional<failure> why_not_acknowledged(const finding& f, std::string_view state, time_point now)
{
    if (f.status == finding_status::contained)
        return bad_usage("{} is contained already: there is nothing to remind of", f.id);
    if (f.absent_since)
        return bad_usage(
            "{} cannot be acknowledged: its object is gone since {}. It resolves when that stays so for "
            "{}; when the object is there again, that is reported",
            f.id, rfc3339(*f.absent_since), for_people(ledger::settling_time));
    if (!state.empty() && state != f.state)
        return in_another_state(f, state);
    if (state.empty() && now - f.state_since < ledger::state_settling)
        return bad_usage(
            "{} changed at {}, less than {} ago, and you may have seen what it was before: look at it again "
            "(\"trunkwarden findings\" or the status page), and name the state that is shown there, as in "
            "\"trunkwarden ack {}.STATE\"",
            f.id, rfc3339(f.state_since), for_people(ledger::state_settling), f.id);
    return std::nullopt;
}

void reopen(finding& f)
{
    f.status = finding_status::open;
    f.acknowledged.reset();
}

using events_index = std::unordered_map<std::string_view, std::vector<const audit_event*>>;

events_index events_by_object(const std::deque<audit_event>& events)
{
    events_index out;
    for (const auto& event : events)
        for (const auto& id : {std::string_view(event.resource_id), std::string_view(event.alternate_id)})
            if (!id.empty())
                out[id].push_back(&event);
    return out;
}

// About its object, and not from before the state that it was in until then.
std::deque<audit_event> events_about(const finding& f, const events_index& by_object)
{
    std::deque<audit_event> out;
    for (const auto& id : {std::string_view(f.deviation.id), std::string_view(f.deviation.address)})
        if (const auto found = by_object.find(id); found != by_object.end())
            for (const auto* event : found->second)
                if (event->by.at > f.unchanged_until)
                    out.push_back(*event);
    return out;
}

bool acted_together(const finding& a, const finding& b)
{
    const auto apart = a.by->at > b.by->at ? a.by->at - b.by->at : b.by->at - a.by->at;
    return a.by->user_id == b.by->user_id && apart <= ledger::incident_span;
}

}  // namespace

ledger::events ledger::apply_event(deviation seen, const actor& by, time_point now)
{
    events out;
    auto& open = open_[std::string(seen.type->name)];
    const auto id = finding_id(account_, seen);
    if (open.contains(id) || recent_.contains(id))
        return out;
    open_anew(id, std::move(seen), {}, now, out);
    finding& fresh = open.at(id);
    fresh.by = by;
    fresh.trail = audit_trail::explained;
    out.back().about = fresh;
    end_surplus_event(open, id, now, out);
    return out;
}

ledger::events ledger::settle_events(std::string_view resource, time_point looked_at, time_point now)
{
    events out;
    const auto found = open_.find(resource);
    if (found == open_.end())
        return out;
    for (auto at = found->second.begin(); at != found->second.end();) {
        const auto here = at++;
        const finding& known = here->second;
        if (known.deviation.from_event &&
            parse_time(known.deviation.modified_at).value_or(known.opened) < looked_at)
            end(found->second, here, now, out);
    }
    return out;
}

void ledger::join_incident(finding& first, finding& other, std::set<finding*>& changed)
{
    const bool one_is_first = std::pair(first.by->at, first.id) < std::pair(other.by->at, other.id);
    const auto name = !first.incident.empty()   ? first.incident
                      : !other.incident.empty() ? other.incident
                                                : "i-" + (one_is_first ? first : other).id.substr(2);
    for (finding* member : {&first, &other}) {
        if (!member->incident.empty())
            continue;
        member->incident = name;
        changed_silently(*member);
        const bool was_critical = member->deviation.level == severity::critical;
        raise_to_critical(member->deviation);
        if (was_critical)
            continue;
        reopen(*member);  // the acknowledged change was a smaller one
        changed.insert(member);
    }
}

void ledger::find_incidents(std::set<finding*>& changed)
{
    std::vector<finding*> heavy;
    for_each([&](finding& finding) {
        if (finding.by && !finding.by->user_id.empty() && is_heavy(finding))
            heavy.push_back(&finding);
    });
    std::ranges::sort(heavy, {}, [](const finding* f) { return std::pair(f->by->user_id, f->by->at); });
    for (std::size_t at = 1; at < heavy.size(); ++at)
        if (acted_together(*heavy[at - 1], *heavy[at]))
            join_incident(*heavy[at - 1], *heavy[at], changed);
}

ledger::events ledger::attribute_open(const audit_memory& log, time_point now, const actor_naming& naming)
{
    std::set<finding*> changed;
    bool any = false;
    for_each([&](finding& finding) { any = any || is_explainable(finding); });
    const auto by_object = any ? events_by_object(log.recent()) : events_index{};
    for_each([&](finding& finding) {
        if (!is_explainable(finding))
            return;
        finding.by = attribute(finding.deviation, events_about(finding, by_object), finding.last_changed);
        if (!finding.by)
            return;
        if (naming)
            naming(*finding.by);
        finding.trail = audit_trail::explained;
        changed.insert(&finding);
    });
    find_incidents(changed);
    events out;
    for (finding* finding : changed)
        emit(transition::changed, *finding, now, out);
    return out;
}

std::optional<time_point> ledger::unexplained_since(time_point since) const
{
    std::optional<time_point> out;
    for (const auto& [resource, findings] : open())
        for (const auto& [id, finding] : findings)
            if (is_explainable(finding) && finding.last_changed >= since)
                out = std::min(out.value_or(finding.last_changed), finding.last_changed);
    return out;
}

std::vector<finding> ledger::take_out(std::string_view resource)
{
    std::vector<finding> out;
    if (const auto open = open_.find(resource); open != open_.end()) {
        for (auto& [id, finding] : open->second) {
            unsaved_.erase(id);
            out.push_back(std::move(finding));
        }
        open_.erase(open);
    }
    std::erase_if(recent_,
                  [resource](const auto& recent) { return recent.second.deviation.type->name == resource; });
    for (auto* times : {&whole_, &in_part_})
        if (const auto known = times->find(resource); known != times->end())
            times->erase(known);
    return out;
}

void ledger::name_actors(const actor_naming& naming)
{
    for_each([&](finding& known) {
        if (!known.by)
            return;
        auto named = *known.by;
        naming(named);
        if (named == *known.by)
            return;
        known.by = std::move(named);
        changed_silently(known);
    });
}

void ledger::mark_trails(const audit_memory& log, std::optional<time_point> watching_since, time_point now)
{
    for_each([&](finding& finding) {
        if (finding.trail != audit_trail::not_known || !is_explainable(finding))
            return;
        const auto when = changed_at(finding, watching_since);
        if (!when || now - std::max(*when, finding.last_changed) < trail_patience || !log.covers(*when, now))
            return;
        finding.trail = audit_trail::none;
        changed_silently(finding);
    });
}

// A day after somebody acknowledged it. A change of two-factor authentication lasts until somebody attests it
// again, where that is done at all.
bool ledger::has_been_seen_to(const finding& finding, attesting attested, time_point now)
{
    return finding.status == finding_status::acknowledged && finding.deviation.from_event &&
           now - finding.acknowledged->at >= event_keeping &&
           (attested == attesting::nothing || finding.deviation.type->role != resource_role::two_factor);
}

// Its time is over. When it is gone at the moment, people are notified once it is there again.
void ledger::end_acknowledgement(finding& known, time_point now, events& out)
{
    reopen(known);
    if (known.absent_since)
        changed_silently(known);
    else
        emit(transition::reminder, known, now, out);
}

ledger::events ledger::pass_time(std::chrono::milliseconds reminder_interval, attesting attested,
                                 time_point now)
{
    events out;
    std::vector<finding*> due;
    for (auto& [resource, findings] : open_)
        for (auto at = findings.begin(); at != findings.end();) {
            const auto here = at++;
            finding& finding = here->second;
            if (has_been_seen_to(finding, attested, now)) {
                end(findings, here, now, out);
                continue;
            }
            if (finding.status == finding_status::acknowledged && finding.acknowledged->until &&
                *finding.acknowledged->until <= now)
                end_acknowledgement(finding, now, out);
            if (finding.status == finding_status::open && !finding.absent_since &&
                reminder_interval.count() > 0 && now - finding.last_notified >= reminder_interval)
                due.push_back(&finding);
        }
    remind(std::move(due), now, out);
    std::erase_if(recent_, [now](const auto& kept) {
        return now - kept.second.resolved_at.value_or(kept.second.last_seen) > settling_time;
    });
    return out;
}

// Nobody reads a thousand reminders: of many, the most severe and then the newest are named.
void ledger::remind(std::vector<finding*> due, time_point now, events& out)
{
    std::ranges::sort(due, std::ranges::greater{}, [](const finding* finding) {
        return std::pair(finding->deviation.level, finding->opened);
    });
    for (std::size_t at = 0; at < due.size(); ++at) {
        if (at < max_reminders) {
            emit(transition::reminder, *due[at], now, out);
            continue;
        }
        due[at]->last_notified = now;
        changed_silently(*due[at]);
    }
}

result<finding_event> ledger::acknowledge(std::string_view id, acknowledgement acknowledged,
                                          std::string_view state)
{
    finding* known = find(id);
    if (known == nullptr)
        return no_such_finding(id);
    if (auto refused = why_not_acknowledged(*known, state, acknowledged.at))
        return *std::move(refused);
    if (acknowledged.until && *acknowledged.until <= acknowledged.at)
        return bad_usage("{} is not acknowledged: {} is not in the future", id, rfc3339(*acknowledged.until));
    known->status = finding_status::acknowledged;
    const auto now = acknowledged.at;
    known->acknowledged = std::move(acknowledged);
    known->back_since.reset();
    events out;
    emit(transition::acknowledged, *known, now, out);
    return std::move(out.front());
}

result<finding_event> ledger::unacknowledge(std::string_view id, time_point now)
{
    finding* known = find(id);
    if (known == nullptr)
        return no_such_finding(id);
    if (known->status != finding_status::acknowledged)
        return bad_usage("{} is not acknowledged", id);
    reopen(*known);
    events out;
    emit(transition::changed, *known, now, out);
    return std::move(out.front());
}

result<finding_event> ledger::contain(std::string_view id, std::optional<deviation> as_now, time_point now)
{
    finding* known = find(id);
    if (known == nullptr)
        return no_such_finding(id);
    known->status = finding_status::contained;
    known->contained = true;
    known->contained_as.emplace(contained_state{now, {}});
    known->back_since.reset();
    if (as_now) {
        known->deviation.fields = std::move(as_now->fields);
        known->contained_as->fields = known->deviation.fields;
    }
    events out;
    emit(transition::contained, *known, now, out);
    return std::move(out.front());
}

std::optional<finding_event> ledger::release(std::string_view id, time_point now)
{
    if (const auto over = recent_.find(id); over != recent_.end()) {
        over->second.contained = false;
        return std::nullopt;
    }
    finding* known = find(id);
    if (known == nullptr)
        return std::nullopt;
    known->contained = false;
    known->contained_as.reset();
    known->status = finding_status::open;
    events out;
    emit(transition::changed, *known, now, out);
    return std::move(out.front());
}

std::optional<finding_event> ledger::note_quarantine(std::string_view id, std::string sentence,
                                                     announcement mode, time_point now)
{
    finding* known = find(id);
    if (known == nullptr || known->quarantine == sentence)
        return std::nullopt;
    known->quarantine = std::move(sentence);
    if (mode == announcement::quietly) {
        changed_silently(*known);
        return std::nullopt;
    }
    if (mode == announcement::critically)
        known->max_severity = severity::critical;  // a sink that gets this gets the end, too
    events out;
    emit(transition::changed, *known, now, out);
    if (mode == announcement::critically)
        out.front().about.deviation.level = severity::critical;
    return std::move(out.front());
}

std::vector<finding_event> collapse(std::vector<finding_event> events)
{
    std::vector<finding_event> out;
    std::unordered_map<std::string, std::size_t> last;  // of each finding, in out
    for (auto& event : events) {
        const auto [before, is_first] = last.try_emplace(event.about.id, out.size());
        if (!is_first && event.transition == transition::changed &&
            out[before->second].transition != transition::resolved) {
            out[before->second].about = std::move(event.about);
            continue;
        }
        before->second = out.size();
        out.push_back(std::move(event));
    }
    return out;
}

std::vector<finding_event> coalesced(std::vector<finding_event> events)
{
    struct first_and_last {
        std::size_t first = 0;
        std::size_t last = 0;
    };
    std::vector<std::string> order;
    std::unordered_map<std::string, first_and_last> positions;
    for (std::size_t at = 0; at < events.size(); ++at) {
        const auto [known, is_first] = positions.try_emplace(events[at].about.id, first_and_last{at, at});
        known->second.last = at;
        if (is_first)
            order.push_back(events[at].about.id);
    }
    std::vector<finding_event> out;
    for (const auto& id : order) {
        const auto [first, last] = positions.at(id);
        const bool is_over = events[last].transition == transition::resolved;
        if (is_over && first != last)
            out.push_back(events[first]);
        else
            events[last].transition = events[first].transition;
        out.push_back(events[last]);
    }
    return out;
}

}  // namespace trunkwarden
