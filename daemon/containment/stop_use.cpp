#include "containment/stop_use.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "containment/requests.hpp"
#include "support/digest.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

bool stops(const action& one)
{
    return one.how == measure::stop || one.how == measure::hang_up;
}

bool is_on(const action& one, const object_of_kind& object)
{
    return one.resource == object.resource && one.object_id == object.id;
}

// A decision holds for the findings as they were when it was made: of a use that grew since, a person is
// asked again.
bool settles_use(const action& one, const finding& about, quarantine_mode mode)
{
    if (one.use != about.what.type->name)
        return false;
    const bool is_a_decision = one.state == action_state::rejected || one.state == action_state::undone;
    if (is_a_decision)
        return one.decided_at && *one.decided_at >= about.last_changed;
    return one.state == action_state::dry_run && mode == quarantine_mode::dry_run &&
           one.planned_at >= about.last_changed;
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
    for (const auto& one : history) {
        if (!stops(one) || !is_on(one, object) || !one.ended_at || now - *one.ended_at > memory)
            continue;
        if (one.state == action_state::done) {
            ++out.done.times;
            out.done.last = std::max(out.done.last, *one.ended_at);
            out.done.heaviest = std::max(out.done.heaviest, one.level);
        } else if (one.state == action_state::failed && one.finding == about.id) {
            ++out.failed.times;
            if (out.failed.last == nullptr || *out.failed.last->ended_at < *one.ended_at)
                out.failed.last = &one;
        }
    }
    return out;
}

void identify_stop(action& one, const finding& about, const plan_context& at)
{
    one.account = at.account;
    one.finding = about.id;
    one.use = about.what.type->name;
    one.reason = about.title;
    one.level = about.what.level;
    one.planned_at = at.now;
    const auto text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", one.account, one.finding, one.resource,
                                  one.object_id, name_of(one.how), at.now.time_since_epoch().count());
    one.id = "a-" + hex(sha256(text).data(), 6);
}

}  // namespace

bool is_use_to_stop(const finding& about)
{
    if (!is_about_use(*about.what.type) || about.status == finding_status::resolved || about.absent_since ||
        about.what.from_event)
        return false;
    switch (about.what.kind) {
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
    for (const auto& one : history) {
        if (!is_about_another(one) || !is_on(one, object))
            continue;
        if (!has_ended(one.state) || settles_use(one, about, mode))
            return std::string();
    }
    const auto earlier = earlier_stops_of(about, object, history, now);
    if (const auto next = earlier.failed.next_attempt(about.what.level); now < next)
        return fmt::format("it failed {}, last because {}; it is tried again at {}",
                           plural(earlier.failed.times, "time"), earlier.failed.last->outcome, rfc3339(next));
    // Somebody switches it on again: a person who is asked for each step sets the pace.
    const auto next = earlier.done.next_attempt(about.what.level);
    if (mode == quarantine_mode::automatic && now < next)
        return fmt::format("it was switched off {} and is on again; it is switched off again at {}",
                           plural(earlier.done.times, "time"), rfc3339(next));
    return std::nullopt;
}

result<action> stopping(const candidate& of, const plan_context& at)
{
    const auto& object = *of.object;
    const auto& type = *object.type;
    if (!object.is_reported())
        return failure{errc::bad_usage, "the object that carries the use is not as its list showed it"};
    auto request = containing_request(object);
    if (!request)
        return request.error();
    if (!mismatch_of(type, *request, &object))
        return failure{errc::bad_usage, "the object that carries the use is switched off already"};
    action out;
    out.how = measure::stop;
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
    identify_stop(out, of.about, at);
    return out;
}

action hanging_up(const finding& about, const plan_context& at)
{
    const auto& calls = resource_of(resource_role::active_calls);
    action out;
    out.how = measure::hang_up;
    out.resource = calls.name;
    out.object_id = out.address = about.what.id;
    out.label = about.what.label;
    out.summary = fmt::format("hang up the running calls of {}", about.what.label);
    out.impact = "these calls, for both ends of each";
    out.undo = undoing::impossible;
    out.request = {std::string(calls.contain.method), std::string(calls.contain.path),
                   std::string(calls.contain.body)};
    identify_stop(out, about, at);
    return out;
}

optional_reason was_taken_back(const finding& about, std::string_view object_id,
                               const std::vector<action>& history)
{
    for (const auto& one : history)
        if (stops(one) && one.object_id == object_id && one.use == about.what.type->name &&
            one.state == action_state::undone && one.planned_at >= about.opened)
            return fmt::format("{} was undone since the finding opened", one.id);
    return std::nullopt;
}

void hold_after_reload(action& one, time_point replaced_at, time_point until)
{
    one.held_until = until;
    wait_for_a_person(
        one,
        fmt::format("the section {} of the baseline changed when it was reloaded at {}: nothing is "
                    "done by it without approval until {}",
                    one.use, rfc3339(replaced_at), rfc3339(until)),
        one.planned_at);
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
    for (const auto& one : history)
        if (stops(one) && one.finding == about.id && one.planned_at >= about.opened)
            last[{one.resource, one.object_id}] = &one;
    return !last.empty() && std::ranges::all_of(last, [](const auto& step) {
        return step.second->state == action_state::done;
    });
}

}  // namespace trunkwarden
