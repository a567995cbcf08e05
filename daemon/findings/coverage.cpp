#include "findings/coverage.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// Whether trying again may help, or this key and this account will not see it.
bool may_pass(errc kind)
{
    switch (kind) {
        case errc::unauthorised:
        case errc::forbidden:
        case errc::not_found:
        case errc::not_understood:
            return false;
        default:
            return true;
    }
}

// By what can be lost unseen: of an extra resource, a person said it.
severity severity_of_blindness(const resource_type& type)
{
    if (type.is_extra)
        return type.when_unknown;
    switch (type.order) {
        case urgency::money:
            return severity::critical;
        case urgency::access:
            return severity::high;
        default:
            return severity::medium;
    }
}

deviation blind(const resource_type& type, std::string why)
{
    deviation out;
    out.type = &type;
    out.id = out.label = type.name;
    out.kind = deviation_kind::blind;
    out.level = severity_of_blindness(type);
    out.note = std::move(why);
    return out;
}

}  // namespace

void coverage::succeed(std::size_t objects, time_point now, std::vector<unreadable_object> not_readable,
                       optional_reason not_listed)
{
    items = objects;
    reason.clear();
    failed_with.reset();
    unreadable = std::move(not_readable);
    shortage = std::move(not_listed);
    if (unreadable.empty() && !shortage) {
        state = reading_state::complete;
        last_complete = now;
        return;
    }
    state = accepted_blind ? reading_state::accepted : reading_state::partial;
    last_in_part = now;
    reason = shortage.value_or("");
    if (!unreadable.empty())
        reason =
            fmt::format("{} cannot be read{} {}", plural(unreadable.size(), "object"),
                        unreadable.size() == 1 ? ":" : "; the first:", sentence_about(unreadable.front()));
}

void coverage::fail(const failure& why, time_point now)
{
    if (state == reading_state::never)
        watched_since = now;
    failed_with = why.kind;
    reason = why.message;
    shortage.reset();  // its finding stays until the list is read
    state = may_pass(why.kind) ? reading_state::failed : reading_state::unavailable;
    if (accepted_blind)
        state = reading_state::accepted;
}

void coverage::judge(const two_factor_verdict& verdict, time_point now)
{
    shown_to_be_off = verdict.evidence == two_factor_evidence::off;
    if (verdict.evidence == two_factor_evidence::shown || shown_to_be_off) {
        succeed(0, now);
        return;
    }
    fail({errc::not_found, verdict.reason.value_or("")}, now);
    if (verdict.evidence == two_factor_evidence::not_required)
        state = reading_state::accepted;
}

void coverage::leave_out()
{
    begin_again({});
    state = reading_state::accepted;
    reason = "the baseline says nothing about it";
}

void coverage::begin_again(time_point now)
{
    coverage anew;
    anew.type = type;
    anew.accepted_blind = accepted_blind;
    anew.watched_since = now;
    *this = std::move(anew);
}

bool is_still_to_come(time_point moment, time_point now)
{
    return moment > now + std::chrono::minutes(1);
}

std::chrono::milliseconds running_time::between(time_point since, time_point now) const
{
    since = is_still_to_come(since, now) ? counts_from : std::max(since, counts_from);
    auto span = std::chrono::duration_cast<std::chrono::milliseconds>(now - since);
    for (const auto& pause : pauses)
        if (pause.until > since)
            span -= std::min(pause.span,
                             std::chrono::duration_cast<std::chrono::milliseconds>(pause.until - since));
    return span;
}

std::optional<deviation> blind_for_long(const coverage& coverage, std::chrono::milliseconds longer_than,
                                        const running_time& running, time_point now)
{
    // Also one that was complete when it was last read, or whose first reading does not end: a list that
    // waits for its turn for ever is not seen.
    if (coverage.state == reading_state::accepted)
        return std::nullopt;
    const auto unread = running.between(coverage.last_read().value_or(coverage.watched_since), now);
    if (unread < longer_than)
        return std::nullopt;
    const auto why =
        coverage.reason.empty() ? std::string("no reading of it has ended since") : coverage.reason;
    return blind(*coverage.type, fmt::format("not read completely for {}; {}", for_people(unread), why));
}

std::vector<deviation> unreadable_objects(const coverage& coverage)
{
    std::vector<deviation> out;
    if (coverage.accepted_blind)
        return out;
    out.reserve(coverage.unreadable.size());
    for (const auto& object : coverage.unreadable) {
        auto found = blind(*coverage.type, "one object cannot be read: " + sentence_about(object));
        found.id = found.label = place_of(object);
        out.push_back(std::move(found));
    }
    if (coverage.shortage)
        out.push_back(blind(*coverage.type, *coverage.shortage));
    return out;
}

}  // namespace trunkwarden
