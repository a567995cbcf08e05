#include "containment/escalation.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "containment/requests.hpp"
#include "support/digest.hpp"

namespace trunkwarden {
namespace {

bool is_offered(const observed_object& kill_switch, const std::vector<action>& history)
{
    return std::ranges::any_of(history, [&kill_switch](const action& action) {
        const bool is_decided =
            action.state == action_state::rejected || action.state == action_state::undone;
        return action.measure == measure::escalate && action.object_id == kill_switch.seen().id() &&
               (!has_ended(action.state) || (is_decided && action.seen == kill_switch.state));
    });
}

// The profile switched off already is no kill switch.
bool does_something(const api_write& request, const observed_object& kill_switch)
{
    return mismatch_of(*kill_switch.type, request, &kill_switch).has_value();
}

// Switching off an outbound voice profile, offered because something comes back again and again.
action switching_off(const observed_object& kill_switch, api_write request, const finding& about,
                     const plan_context& at)
{
    action out;
    out.measure = measure::escalate;
    out.account = at.account;
    out.finding = about.id;
    out.resource = kill_switch.type->name;
    out.object_id = kill_switch.seen().id();
    out.address = kill_switch.seen().address();
    out.label = kill_switch.seen().label();
    out.level = about.deviation.level;
    out.mode = quarantine_mode::approve;
    out.summary = fmt::format("{} {} {}", containing_verb(kill_switch.type->contain), kill_switch.type->noun,
                              out.label);
    out.reason = fmt::format("came back {} times or more after it had been contained: {}",
                             returns_before_escalation, about.title);
    out.impact = kill_switch.type->contain.impact;
    out.undo = kill_switch.type->contain.undo;
    out.seen = kill_switch.state;
    out.request = std::move(request);
    out.planned_at = at.now;
    wait_for_a_person(
        out,
        "an object that came back is contained again, later each time; this would stop all outbound calls",
        at.now);
    const auto text = fmt::format("{}\n{}\n{}\n{}", out.account, out.finding, out.object_id,
                                  at.now.time_since_epoch().count());
    out.id = "a-" + hex(sha256(text).data(), 6);
    return out;
}

}  // namespace

std::vector<action> escalations(const planning_input& with)
{
    std::vector<action> out;
    for (const auto& about : with.recurring)
        for (const auto& kill_switch : with.kill_switches) {
            auto request = containing_request(kill_switch);
            if (request && kill_switch.is_reported() && does_something(*request, kill_switch) &&
                !is_offered(kill_switch, with.history) && !is_offered(kill_switch, out))
                out.push_back(switching_off(kill_switch, std::move(*request), about, with.context));
        }
    return out;
}

}  // namespace trunkwarden
