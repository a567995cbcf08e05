#include "state/history_words.hpp"

#include <fmt/format.h>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "catalogue/names.hpp"
#include "findings/actor_words.hpp"
#include "findings/watch_cause.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// "" when it is not known.
std::string actor_name(const finding& f)
{
    return f.by ? words_of(*f.by, user_ids::whole) : std::string();
}

// The same when more becomes known of him; "" when it is not known who he is.
std::string actor_key(const finding& f)
{
    return f.by ? fmt::format("{} {}", f.by->made_by, f.by->user_id) : std::string();
}

history_event event_about(const finding& f, history_kind kind, time_point at)
{
    return {.at = at,
            .kind = kind,
            .level = f.deviation.level,
            .account = f.account,
            .resource = std::string(f.deviation.type->name),
            .finding = f.id,
            .incident = f.incident};
}

std::string acknowledged_words(const finding& f)
{
    if (!f.acknowledged)
        return f.title;
    return fmt::format("{}: \"{}\"{}", f.title, f.acknowledged->reason,
                       f.acknowledged->until ? ", until " + rfc3339(*f.acknowledged->until) : "");
}

// By the audit log; "" when it says nothing.
std::string made_words(const finding& f)
{
    return f.by ? fmt::format(", made at {} (audit log)", rfc3339(f.by->at)) : std::string();
}

std::string_view words_of(action_state state)
{
    switch (state) {
        case action_state::dry_run:
            return "would be done (dry run)";
        case action_state::waiting:
            return "offered, waits for approval";
        case action_state::approved:
            return "approved";
        case action_state::planned:
            return "planned";
        case action_state::sending:
            return "about to be sent";
        case action_state::unverified:
            return "sent, not read again yet";
        case action_state::done:
            return "done";
        case action_state::failed:
            return "failed";
        case action_state::stale:
            return "not done: its object is another one by now";
        case action_state::rejected:
            return "rejected";
        case action_state::expired:
            return "not approved in time";
        case action_state::undoing:
            return "about to be undone";
        case action_state::undone:
            return "undone";
    }
    return "";
}

// People decide these; the others are the daemon's.
bool is_decided_by_people(action_state state)
{
    return state == action_state::approved || state == action_state::rejected ||
           state == action_state::undoing || state == action_state::undone;
}

}  // namespace

finding_historian::recorded finding_historian::recorded_of(const finding& f)
{
    return {actor_key(f), f.incident, f.status == finding_status::acknowledged};
}

void finding_historian::restore(const std::vector<finding>& kept)
{
    for (const auto& f : kept)
        if (f.status != finding_status::resolved)
            recorded_.insert_or_assign(f.id, recorded_of(f));
}

bool finding_historian::ends_acknowledgement(const finding_event& event, const recorded* before)
{
    return before != nullptr && before->is_acknowledged && event.about.status == finding_status::open;
}

history_kind finding_historian::kind_of(const finding_event& event, const recorded* before)
{
    // A wrong clock, or a state file that is not written, hides nothing.
    const auto& type = *event.about.deviation.type;
    const bool is_blind = event.about.deviation.kind == deviation_kind::blind &&
                          (!is_watch_cause(type) || hides_the_account(type));
    switch (event.transition) {
        case transition::opened:
        case transition::recreated:
            return is_blind ? history_kind::blind : history_kind::opened;
        case transition::resolved:
            return is_blind ? history_kind::sees_again : history_kind::resolved;
        case transition::acknowledged:
            return history_kind::acknowledged;
        case transition::contained:
            return history_kind::contained;
        case transition::reminder:  // an acknowledgement is over; others are not recorded
            return history_kind::unacknowledged;
        case transition::changed:
            break;
    }
    if (!event.by.empty() && ends_acknowledgement(event, before))
        return history_kind::unacknowledged;
    const bool is_named = event.about.by && before != nullptr && before->actor != actor_key(event.about);
    return is_named ? history_kind::attributed : history_kind::changed;
}

std::string finding_historian::sentence_of(const finding_event& event, history_kind kind,
                                           const recorded* before)
{
    const auto& f = event.about;
    if (kind == history_kind::acknowledged)
        return acknowledged_words(f);
    if (event.transition == transition::recreated)
        return fmt::format("it is back after it was contained: {}{}", f.title, made_words(f));
    if (kind == history_kind::opened || kind == history_kind::blind || kind == history_kind::attributed)
        return f.title + made_words(f);
    if (ends_acknowledgement(event, before) &&
        (event.transition == transition::changed || event.transition == transition::reminder))
        return fmt::format("{}{}", no_longer_acknowledged, f.title);
    if (kind == history_kind::changed && !f.quarantine.empty())
        return fmt::format("{} ({})", f.title, f.quarantine);
    return f.title;
}

std::optional<history_event> finding_historian::record(const finding_event& event)
{
    const auto& f = event.about;
    const auto known = recorded_.find(f.id);
    const auto* before = known == recorded_.end() ? nullptr : &known->second;
    if (event.transition == transition::reminder && !ends_acknowledgement(event, before))
        return std::nullopt;
    const auto kind = kind_of(event, before);
    auto out = event_about(f, kind, event.at);
    out.sentence = sentence_of(event, kind, before);
    // An actor is known by a change of the object; other changes of the finding are not his.
    const bool is_of_the_object = kind == history_kind::changed && f.last_changed == event.at;
    if (kind == history_kind::opened || kind == history_kind::attributed || is_of_the_object)
        out.by = actor_name(f);
    if (kind == history_kind::acknowledged && f.acknowledged)
        out.by = f.acknowledged->by;
    if (!event.by.empty())
        out.by = event.by;
    if (event.transition == transition::resolved)
        recorded_.erase(f.id);
    else
        recorded_.insert_or_assign(f.id, recorded_of(f));
    return out;
}

std::optional<history_event> finding_historian::record_silently(const finding& changed, time_point now)
{
    const auto known = recorded_.find(changed.id);
    if (known == recorded_.end() || changed.status == finding_status::resolved)
        return std::nullopt;
    auto is = recorded_of(changed);
    const bool is_named = changed.by && is.actor != known->second.actor;
    const bool has_joined = !is.incident.empty() && is.incident != known->second.incident;
    if (!is_named && !has_joined)
        return std::nullopt;
    auto out = event_about(changed, history_kind::attributed, now);
    out.sentence = is_named ? changed.title + made_words(changed)
                            : fmt::format("part of incident {}: {}", changed.incident, changed.title);
    out.by = actor_name(changed);
    known->second = std::move(is);
    return out;
}

history_event history_of_unwatched(const finding& ended, std::string_view unwatched)
{
    auto out = event_about(ended, history_kind::resolved, ended.resolved_at.value_or(ended.last_seen));
    out.sentence = fmt::format("its {} is not watched any more: {}", unwatched, ended.title);
    return out;
}

history_event history_of_accepted(const finding& about, const std::string& by, time_point now)
{
    auto out = event_about(about, history_kind::accepted, now);
    out.sentence = fmt::format("its secrets are the right ones from now on: {}", about.title);
    out.by = by;
    return out;
}

history_event history_of(const action& action, time_point now)
{
    history_event out{.at = now,
                      .kind = history_kind::action,
                      .level = action.level,
                      .account = action.account,
                      .resource = action.resource,
                      .finding = action.finding,
                      .action = action.id};
    out.sentence = fmt::format("{}: {}", words_of(action.state), action.summary);
    if (has_ended(action.state) && !action.outcome.empty())
        out.sentence += fmt::format("; {}", action.outcome);
    out.by = is_decided_by_people(action.state) ? action.decided_by : std::string(monitor_itself);
    return out;
}

history_event history_of(const day_spending& sums, const std::string& account, time_point seen)
{
    return {.at = seen,
            .kind = history_kind::spent,
            .account = account,
            .resource = std::string(resource_of(resource_role::spending).name),
            .sentence = words_of(sums)};
}

history_event history_of(const delivery& delivery, time_point now)
{
    history_event out{.at = now,
                      .kind = delivery.dead ? history_kind::dead_letter : history_kind::delivered,
                      .account = delivery.account,
                      .finding = delivery.findings.empty() ? "" : delivery.findings.front()};
    out.sentence = fmt::format(
        "sink {} {} \"{}\"{}", delivery.sink, delivery.dead ? "was not told" : "took", delivery.event,
        delivery.findings.size() > 1 ? fmt::format(" about {}", plural(delivery.findings.size(), "finding"))
                                     : "");
    if (delivery.dead && !delivery.last_error.empty())
        out.sentence += fmt::format(": {}", delivery.last_error);
    return out;
}

history_event history_of(const std::optional<freeze>& frozen, time_point now)
{
    history_event out{.at = now, .kind = frozen ? history_kind::frozen : history_kind::thawed};
    if (!frozen)
        out.sentence = "the quarantine acts again";
    else if (frozen->reason.empty())
        out.sentence = "the quarantine does nothing any more";
    else
        out.sentence = fmt::format("the quarantine does nothing any more: {}", frozen->reason);
    return out;
}

}  // namespace trunkwarden
