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

time_point ended(const action& one)
{
    return one.ended_at.value_or(one.planned_at);
}

bool is_done(const action& one, measure how, time_point now)
{
    return one.how == how && one.state == action_state::done && now - ended(one) <= memory;
}

void add(recurrence& to, const action& one)
{
    ++to.times;
    to.last = std::max(to.last, ended(one));
    to.heaviest = std::max(to.heaviest, one.level);
}

}  // namespace

std::optional<measure> measure_for(const deviation& what)
{
    switch (kind_by_itself(what)) {
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

bool is_about(const action& one, const finding& about)
{
    return one.account == about.account && one.resource == about.what.type->name &&
           (one.object_id == about.what.id || (!one.new_id.empty() && one.new_id == about.what.id));
}

time_point recurrence::next_attempt(severity level) const
{
    return level > heaviest ? time_point{} : after(last, times);
}

recurrence recurrence_of(const finding& about, const std::vector<const action*>& history, time_point now)
{
    recurrence out;
    const auto like = identity_hash_of(about.what);  // "" where only the id tells it
    for (const auto* one : history)
        if (one->account == about.account && is_done(*one, measure::contain, now) &&
            (is_about(*one, about) || (!like.empty() && one->identity_hash == like)))
            add(out, *one);
    out.next = out.next_attempt(level_by_itself(about.what));
    return out;
}

recurrence recurrence_of(const finding& about, std::span<const std::string> fields,
                         const std::vector<const action*>& history, time_point now)
{
    std::optional<recurrence> first;
    for (const auto& field : fields) {
        recurrence here;
        for (const auto* one : history)
            if (is_about(*one, about) && is_done(*one, measure::restore, now) &&
                std::ranges::find(one->fields, field) != one->fields.end())
                add(here, *one);
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
        const auto seen = std::ranges::find(about.what.fields, field, &field_difference::field);
        if (seen == about.what.fields.end())
            return level_by_itself(about.what);  // it differs since the finding was last seen
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
    for (const auto* one : history) {
        const bool failed = one->state == action_state::failed && one->how != measure::escalate;
        if (!failed || one->finding != about.id || !is_about(*one, about) || now - ended(*one) > memory)
            continue;
        ++out.times;
        if (out.last == nullptr || ended(*out.last) < ended(*one))
            out.last = one;
    }
    return out;
}

}  // namespace trunkwarden
