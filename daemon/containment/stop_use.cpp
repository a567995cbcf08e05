#include "containment/stop_use.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "containment/requests.hpp"
#include "support/digest.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"
#include "use/judge_active_calls.hpp"

namespace trunkwarden {
namespace {

bool stops(const action& action)
{
    return action.measure == measure::stop || action.measure == measure::hang_up;
}

bool is_on(const action& action, const object_of_kind& object)
{
    return action.resource == object.resource && action.object_id == object.id;
}

// A decision holds for the findings as they were when it was made: of a use that grew since, a person is
// asked again.
bool settles_use(const action& action, const finding& about, quarantine_mode mode)
{
    if (action.use != about.deviation.type->name)
        return false;
    const bool is_a_decision = action.state == action_state::rejected || action.state == action_state::undone;
    if (is_a_decision)
        return action.decided_at && *action.decided_at >= about.last_changed;
    return action.state == action_state::dry_run && mode == quarantine_mode::dry_run &&
           action.planned_at >= about.last_changed;
}

struct earlier_stops {
    recurrence done;
    failed_attempts failed;
};

earlier_stops earlier_stops_of(const finding& about, const object_of_kind& object,
                               const std::vector<action>& history, time_point now)
{
    constexpr auto memory = std::chrono::hours(6);
    earlier_stops out;
    for (const auto& action : history) {
        if (!stops(action) || !is_on(action, object) || !action.ended_at || now - *action.ended_at > memory)
            continue;
        if (action.state == action_state::done) {
            ++out.done.times;
            out.done.last = std::max(out.done.last, *action.ended_at);
            out.done.heaviest = std::max(out.done.heaviest, action.level);
        } else if (action.state == action_state::failed && action.finding == about.id) {
            ++out.failed.times;
            if (out.failed.last == nullptr || *out.failed.last->ended_at < *action.ended_at)
                out.failed.last = &action;
        }
    }
    return out;
}

bool is_about_too_many(const action& step)
{
    return std::ranges::find(step.fields, calls_limit::calls) != step.fields.end();
}

void identify_stop(action& action, const finding& about, const plan_context& at)
{
    action.account = at.account;
    action.finding = about.id;
    action.use = about.deviation.type->name;
    action.reason = about.title;
    action.level = about.deviation.level;
    action.planned_at = at.now;
    const auto text =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}", action.account, action.finding, action.resource,
                    action.object_id, name_of(action.measure), at.now.time_since_epoch().count());
    action.id = "a-" + hex(sha256(text).data(), 6);
}

}  // namespace

bool is_use_to_stop(const finding& about)
{
    if (!is_about_use(*about.deviation.type) || about.status == finding_status::resolved ||
        about.absent_since || about.deviation.from_event)
        return false;
    switch (about.deviation.kind) {
        case deviation_kind::missing:
        case deviation_kind::blind:
        case deviation_kind::expired:
            return false;
        default:
            return true;
    }
}

optional_reason why_not_stopped(const finding& about, const object_of_kind& object,
                                const quarantine_settings& policy, const std::vector<action>& history,
                                time_point now)
{
    const auto mode = mode_for(policy, about);
    for (const auto& action : history) {
        if (!is_about_another(action) || !is_on(action, object))
            continue;
        if (!has_ended(action.state) || settles_use(action, about, mode))
            return std::string();
    }
    const auto earlier = earlier_stops_of(about, object, history, now);
    if (const auto next = earlier.failed.next_attempt(about.deviation.level); now < next)
        return fmt::format("it failed {}, last because {}; it is tried again at {}",
                           plural(earlier.failed.times, "time"), earlier.failed.last->outcome, rfc3339(next));
    // Somebody switches it on again: a person who is asked for each step sets the pace.
    const auto next = earlier.done.next_attempt(about.deviation.level);
    if (mode == quarantine_mode::automatic && now < next)
        return fmt::format("it was switched off {} and is on again; it is switched off again at {}",
                           plural(earlier.done.times, "time"), rfc3339(next));
    return std::nullopt;
}

result<action> stopping(const candidate& candidate, const plan_context& at)
{
    const auto& object = *candidate.object;
    const auto& type = *object.type;
    if (!object.is_reported())
        return failure{errc::bad_usage, "the object that carries the use is not as its list showed it"};
    auto request = containing_request(object);
    if (!request)
        return request.error();
    if (!mismatch_of(type, *request, &object))
        return failure{errc::bad_usage, "the object that carries the use is switched off already"};
    action out;
    out.measure = measure::stop;
    out.resource = type.name;
    out.object_id = object.seen().id();
    out.address = object.seen().address();
    out.label = object.seen().label();
    out.summary = fmt::format("{} {}{}{}", containing_verb(type.contain), type.noun,
                              out.label.empty() ? "" : " ", out.label);
    out.impact = type.contain.impact;
    out.undo = type.contain.undo;
    out.seen = object.state;
    out.request = std::move(*request);
    identify_stop(out, candidate.about, at);
    return out;
}

action hanging_up(const finding& about, const plan_context& at)
{
    const auto& calls = resource_of(resource_role::active_calls);
    const auto& passed = about.deviation.fields;
    action out;
    for (const auto& limit : passed)
        out.fields.push_back(limit.field);
    out.measure = measure::hang_up;
    out.resource = calls.name;
    out.object_id = out.address = about.deviation.id;
    out.label = about.deviation.label;
    const auto longest = std::ranges::find(passed, calls_limit::one_call, &field_difference::field);
    const bool hangs_up_all = is_about_too_many(out) || longest == passed.end();
    out.summary = hangs_up_all ? fmt::format("hang up the running calls of {}", about.deviation.label)
                               : fmt::format("hang up calls of {} that run for more than {} minutes",
                                             about.deviation.label, longest->expected.value_or("?"));
    out.impact = "these calls, for both ends of each";
    out.undo = undoing::impossible;
    out.request = {std::string(calls.contain.method), std::string(calls.contain.path),
                   std::string(calls.contain.body)};
    identify_stop(out, about, at);
    return out;
}

call_limit limit_of_step(const action& step, call_limit limit)
{
    if (!is_about_too_many(step))
        limit.max_calls = std::numeric_limits<unsigned>::max();
    return limit;
}

optional_reason was_taken_back(const finding& about, std::string_view object_id,
                               const std::vector<action>& history)
{
    for (const auto& action : history)
        if (stops(action) && action.object_id == object_id && action.use == about.deviation.type->name &&
            action.state == action_state::undone && action.planned_at >= about.opened)
            return fmt::format("{} was undone since the finding opened", action.id);
    return std::nullopt;
}

void hold_after_reload(action& action, time_point replaced_at, time_point until)
{
    action.held_until = until;
    wait_for_a_person(
        action,
        fmt::format("the section {} of the baseline changed when it was reloaded at {}: nothing is "
                    "done by it without approval until {}",
                    action.use, rfc3339(replaced_at), rfc3339(until)),
        action.planned_at);
}

std::vector<std::pair<std::string_view, std::string_view>> values_when_off(const resource_type& type)
{
    std::vector<std::pair<std::string_view, std::string_view>> out;
    if (type.contain.undo != undoing::exact || type.contain.body.empty())
        return out;
    const auto body = boost::json::parse(view(type.contain.body));
    for (const auto& [name, value] : body.as_object()) {
        const auto* const field =
            std::ranges::find(type.fields, std::string_view(name.data(), name.size()), &watched_field::path);
        if (field != type.fields.end() && value.is_bool())
            out.emplace_back(field->name, value.get_bool() ? "true" : "false");
    }
    return out;
}

bool has_stopped(const finding& about, const std::vector<action>& history)
{
    std::map<std::pair<std::string_view, std::string_view>, const action*> last;
    for (const auto& action : history)
        if (stops(action) && action.finding == about.id && action.planned_at >= about.opened)
            last[{action.resource, action.object_id}] = &action;
    return !last.empty() && std::ranges::all_of(last, [](const auto& step) {
        return step.second->state == action_state::done;
    });
}

}  // namespace trunkwarden
