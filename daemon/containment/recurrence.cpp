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

bool concerns_the_same_fields(const action& one, const finding& about)
{
    return std::ranges::any_of(about.what.fields, [&one](const field_difference& field) {
        return std::ranges::find(one.fields, field.field) != one.fields.end();
    });
}

// `like` is what tells the object of the finding under another id; "" where only the id does.
bool is_the_same_deviation(const action& one, const finding& about, const std::string& like)
{
    if (one.how != measure_for(about.what.kind) || one.account != about.account)
        return false;
    if (one.how == measure::restore)
        return is_about(one, about) && concerns_the_same_fields(one, about);
    return is_about(one, about) || (!like.empty() && one.identity_hash == like);
}

}  // namespace

std::optional<measure> measure_for(deviation_kind kind)
{
    switch (kind) {
        case deviation_kind::unknown:
        case deviation_kind::recreated:
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
    const auto like =
        measure_for(about.what.kind) == measure::contain ? identity_hash_of(about.what) : std::string();
    for (const auto* one : history) {
        if (one->state != action_state::done || now - ended(*one) > memory ||
            !is_the_same_deviation(*one, about, like))
            continue;
        ++out.times;
        out.last = std::max(out.last, ended(*one));
        out.heaviest = std::max(out.heaviest, one->level);
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
