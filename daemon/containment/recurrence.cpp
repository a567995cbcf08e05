#include "containment/recurrence.hpp"

#include <algorithm>
#include <array>

#include "containment/observed_object.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto memory = 6h;

// After the first time one minute, then four, sixteen, and thirty from then on.
time_point after(time_point last, std::size_t times)
{
    constexpr std::array waits{1min, 4min, 16min, 30min};
    return times == 0 ? time_point{} : last + waits[std::min(times, waits.size()) - 1];
}

time_point ended(const action& action)
{
    return action.ended_at.value_or(action.planned_at);
}

bool is_done(const action& action, measure measure, time_point now)
{
    return action.measure == measure && action.state == action_state::done && now - ended(action) <= memory;
}

void add(recurrence& to, const action& action)
{
    ++to.times;
    to.last = std::max(to.last, ended(action));
    to.heaviest = std::max(to.heaviest, action.level);
}

}  // namespace

std::optional<measure> measure_for(const deviation& deviation)
{
    switch (kind_by_itself(deviation)) {
        case deviation_kind::unknown:
        case deviation_kind::recreated:  // in a record that does not say as what
            return measure::contain;
        case deviation_kind::changed:
        case deviation_kind::weakened:
            return measure::restore;
        default:
            return std::nullopt;
    }
}

bool is_about(const action& action, const finding& about)
{
    return action.account == about.account && action.resource == about.deviation.type->name &&
           (action.object_id == about.deviation.id ||
            (!action.new_id.empty() && action.new_id == about.deviation.id));
}

time_point recurrence::next_attempt(severity level) const
{
    return level > heaviest ? time_point{} : after(last, times);
}

recurrence recurrence_of(const finding& about, const std::vector<const action*>& history, time_point now)
{
    recurrence out;
    const auto like = identity_hash_of(about.deviation);  // "" where only the id identifies it
    for (const auto* action : history)
        if (action->account == about.account && is_done(*action, measure::contain, now) &&
            (is_about(*action, about) || (!like.empty() && action->identity_hash == like)))
            add(out, *action);
    out.next = out.next_attempt(level_by_itself(about.deviation));
    return out;
}

recurrence recurrence_of(const finding& about, std::span<const std::string> fields,
                         const std::vector<const action*>& history, time_point now)
{
    std::optional<recurrence> first;
    for (const auto& field : fields) {
        recurrence here;
        for (const auto* action : history)
            if (is_about(*action, about) && is_done(*action, measure::restore, now) &&
                std::ranges::find(action->fields, field) != action->fields.end())
                add(here, *action);
        here.next = here.next_attempt(weight_of(about, {&field, 1}));
        if (!first || here.next < first->next)
            first = here;
    }
    return first.value_or(recurrence{});
}

severity weight_of(const finding& about, std::span<const std::string> fields)
{
    auto out = severity::info;
    for (const auto& field : fields) {
        const auto seen = std::ranges::find(about.deviation.fields, field, &field_difference::field);
        if (seen == about.deviation.fields.end())
            return level_by_itself(about.deviation);  // it differs since the finding was last seen
        out = std::max(out, seen->weight);
    }
    return out;
}

time_point failed_attempts::next_attempt(severity level) const
{
    return last == nullptr || level > last->level ? time_point{} : after(ended(*last), times);
}

failed_attempts failed_attempts_at(const finding& about, const std::vector<const action*>& history,
                                   time_point now)
{
    failed_attempts out;
    for (const auto* action : history) {
        const bool failed = action->state == action_state::failed && action->measure != measure::escalate;
        if (!failed || action->finding != about.id || !is_about(*action, about) ||
            now - ended(*action) > memory)
            continue;
        ++out.times;
        if (out.last == nullptr || ended(*out.last) < ended(*action))
            out.last = action;
    }
    return out;
}

}  // namespace trunkwarden
