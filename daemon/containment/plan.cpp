#include "containment/plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "baseline/compare/allowed_use.hpp"
#include "containment/action_index.hpp"
#include "containment/action_limits.hpp"
#include "containment/escalation.hpp"
#include "containment/expired_object.hpp"
#include "containment/need_to_look.hpp"
#include "containment/reload_grace.hpp"
#include "containment/requests.hpp"
#include "containment/stop_use.hpp"
#include "containment/stopped_judgement.hpp"
#include "support/digest.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// The last decision of a person about the object as it is, or the dry run that it had already.
const action* decision_on(const candidate& candidate, quarantine_mode mode,
                          const std::vector<const action*>& history)
{
    const action* out = nullptr;
    for (const auto* action : history)
        if (is_about(*action, candidate.about) && action->measure != measure::stop &&
            action->seen == candidate.object->state && settles(*action, mode))
            out = action;
    return out;
}

optional_reason left_because(const observed_object& unknown, const plan_context& at)
{
    if (has_expired(*unknown.type, unknown.seen(), at.now))
        return "it has expired, so that it opens nothing any more";
    return protected_because(*unknown.type, unknown.seen(), at.self);
}

// An action without its state, or why there is none.
result<action> draft_action(const candidate& candidate, const planning_input& with)
{
    const auto& at = with.context;
    const auto& object = *candidate.object;
    const auto& type = *object.type;
    if (!object.is_reported())
        return failure{errc::bad_usage, "it is not what the finding is about any more"};
    auto judged = judge(type, with.trusted.entries_of(type), object.seen(), at.today);
    leave_stopped(judged, object, with.stopped);
    action out;
    switch (judged.verdict) {
        case trust::covered:
            return failure{
                errc::bad_usage,
                type.role != resource_role::api_keys
                    ? "nobody knows the secret that it had, so that it cannot be put back; trunkwarden lockdown "
                      "makes a new one"
                    : "an entry of the baseline covers the key, and somebody used it after a long rest: find "
                      "out who, and remove the entry if the key is not needed any more"};
        case trust::expired:
            return failure{errc::bad_usage,
                           "an entry trusted it until it ran out: renew the entry, or remove it"};
        case trust::unknown: {
            if (auto reason = left_because(object, at))
                return failure{errc::bad_usage, *std::move(reason)};
            auto request = containing_request(object);
            if (!request)
                return request.error();
            out.measure = measure::contain;
            out.request = std::move(*request);
            out.summary =
                fmt::format("{} {} {}", containing_verb(type.contain), type.noun, object.seen().label());
            out.impact = type.contain.impact;
            out.undo = type.contain.undo;
            break;
        }
        case trust::differs: {
            if (judged.differing.empty())
                return failure{errc::bad_usage,
                               "it was switched off to stop a theft; undo that action to switch it "
                               "on again"};
            auto restoring = restoring_request_for(object, judged);
            if (!restoring)
                return restoring.error();
            out.measure = measure::restore;
            out.request = std::move(restoring->request);
            out.fields = restoring->restored;
            out.fields_seen = values_of(object, out.fields);
            out.summary = fmt::format("put back {} of {} {}", fmt::join(restoring->restored, ", "), type.noun,
                                      object.seen().label());
            if (!restoring->not_restored.empty())
                out.summary += fmt::format(" (not {})", fmt::join(restoring->not_restored, "; "));
            out.impact = "everything that relies on the changed values";
            out.undo = undoing::exact;
            break;
        }
    }
    return out;
}

void identify(action& action, const candidate& candidate, const plan_context& at)
{
    const auto& about = candidate.about;
    const auto& object = *candidate.object;
    action.account = at.account;
    action.finding = about.id;
    action.resource = about.deviation.type->name;
    action.object_id = about.deviation.id;
    action.address = object.is_reported() ? std::string(object.seen().address()) : about.deviation.address;
    action.label = about.deviation.label;
    action.reason = about.title;
    action.level = action.measure == measure::restore ? weight_of(about, action.fields)
                                                      : level_by_itself(about.deviation);
    action.seen = object.state;
    action.identity_hash =
        object.is_reported() ? identity_hash_of(*object.type, object.seen()) : std::string{};
    action.planned_at = at.now;
    const auto text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", action.account, action.finding, action.object_id,
                                  action.seen, action.request.body, at.now.time_since_epoch().count());
    action.id = "a-" + hex(sha256(text).data(), 6);
}

void set_mode(action& action, quarantine_mode mode, const quarantine_settings& policy, time_point now)
{
    action.mode = mode;
    if (mode == quarantine_mode::dry_run) {
        action.state = action_state::dry_run;
        action.ended_at = now;
    } else if (mode != quarantine_mode::automatic) {
        wait_for_a_person(action, {}, now);
    } else if (action.undo == undoing::impossible && action.measure != measure::hang_up &&
               !policy.allow_irreversible) {
        wait_for_a_person(action, "it cannot be undone, and quarantine.allow_irreversible is not set", now);
    }
}

// A restoration that may shut the account's own people out waits until one of them approves it.
void leave_to_people(action& action, const resource_type& type, time_point now)
{
    if (action.state == action_state::planned && action.measure == measure::restore &&
        !type.restore.only_by_hand.empty())
        wait_for_a_person(action, std::string(type.restore.only_by_hand), now);
}

// A plan that came to nothing is replaced: an intruder who changes an object ten times a second fills no
// journal.
void replace_what_came_to_nothing(action& step, const std::vector<action>& history)
{
    const action* last = nullptr;
    for (const auto& other : history)
        if (other.finding == step.finding && other.measure == step.measure)
            last = &other;
    if (last == nullptr || last->sent_at || last->decided_at)
        return;
    if (last->state == action_state::stale ||
        (last->state == action_state::dry_run && step.state == action_state::dry_run))
        step.id = last->id;
}

// Money first, and of each step of the playbook what can be undone first.
void put_in_order(std::vector<action>& steps, const std::vector<candidate>& candidates)
{
    std::map<std::string, playbook, std::less<>> step_of;
    for (const auto& candidate : candidates) {
        const auto& type = candidate.object ? *candidate.object->type : *candidate.about.deviation.type;
        step_of.emplace(type.name, type.step);
    }
    const auto rank = [&step_of](const action& action) {
        const auto found = step_of.find(action.resource);
        const auto step = action.measure == measure::escalate || found == step_of.end()
                              ? playbook::outbound_profiles
                              : found->second;
        return std::tuple(action.undo == undoing::impossible, step, action.undo,
                          std::string_view(action.resource));
    };
    std::ranges::stable_sort(steps, {}, rank);
}

class planner {
public:
    explicit planner(const planning_input& with) : with_(with), at_(with.context), actions_(with.history) {}

    void plan(const candidate& candidate);
    void hold_over_limits();
    containment_plan take(const std::vector<candidate>& candidates);

private:
    void plan_stop(const candidate& candidate);
    void hold(action& step, const observed_object& object) const;
    time_point end_of_grace(time_point reload) const
    {
        return std::max(at_.now, reload + grace_after_reload);
    }
    void refuse(const candidate& candidate, refusal_reason kind, std::string why)
    {
        out_.refused.push_back(refused_for(candidate.about, kind, std::move(why)));
    }

    const planning_input& with_;
    const plan_context& at_;
    action_index actions_;
    containment_plan out_;
    std::map<std::string, std::size_t> live_;
};

void planner::plan(const candidate& candidate)
{
    if (at_.obstacle)
        return refuse(candidate, refusal_reason::blocked, *at_.obstacle);
    if (is_about_use(*candidate.about.deviation.type))
        return plan_stop(candidate);
    if (!candidate.object)
        return;  // it is gone: the next reading of its list says so
    const auto mode = mode_for(with_.policy, candidate.about);
    const auto earlier = actions_.concerning(candidate.about);
    if (const auto* decided = decision_on(candidate, mode, earlier)) {
        if (auto why = words_of_decision(*decided))
            refuse(candidate, refusal_reason::decided, *std::move(why));
        return;
    }
    auto step = draft_action(candidate, with_);
    if (!step)
        return refuse(candidate, refusal_reason::not_possible, step.error().message);
    identify(*step, candidate, at_);
    if (auto why = why_later(*step, candidate.about, earlier, at_.now))
        return refuse(candidate, refusal_reason::later, *std::move(why));
    set_mode(*step, mode, with_.policy, at_.now);
    leave_to_people(*step, *candidate.object->type, at_.now);
    replace_what_came_to_nothing(*step, with_.history);
    hold(*step, *candidate.object);
    live_[step->resource] = candidate.live;
    out_.steps.push_back(std::move(*step));
}

// A baseline that was active a moment ago trusted the object: the file may be saved by half, or be the wrong
// one.
void planner::hold(action& step, const observed_object& object) const
{
    if (step.state != action_state::planned)
        return;
    const auto until_reload = trusted_until_reload(step, object, with_.replaced, with_.stopped, at_.today);
    if (!until_reload)
        return;
    step.held_until = end_of_grace(*until_reload);
    wait_for_a_person(
        step,
        fmt::format("the baseline trusted it, or named other values of it, until it was reloaded "
                    "at {}: nothing is done about it without approval until {}",
                    rfc3339(*until_reload), rfc3339(*step.held_until)),
        at_.now);
}

void planner::plan_stop(const candidate& candidate)
{
    result<action> step = hanging_up(candidate.about, at_);
    if (candidate.object)
        step = stopping(candidate, at_);
    if (!step)
        return refuse(candidate, refusal_reason::not_possible, step.error().message);
    const auto mode = mode_for(with_.policy, candidate.about);
    set_mode(*step, mode, with_.policy, at_.now);
    if (step->state == action_state::planned)
        if (auto why = was_taken_back(candidate.about, step->object_id, with_.history))
            wait_for_a_person(*step, *std::move(why), at_.now);
    for (const auto& earlier : with_.replaced)
        if (step->state == action_state::planned &&
            !allows_the_same(*earlier.trusted, with_.trusted, *candidate.about.deviation.type))
            hold_after_reload(*step, earlier.replaced_at, end_of_grace(earlier.replaced_at));
    live_[step->resource] = candidate.live;
    out_.steps.push_back(std::move(*step));
}

// The most severe are done, as many as the limits allow; the others wait for a person. A light step that
// could not be carried out yet gives way to a heavy one.
void planner::hold_over_limits()
{
    auto& steps = out_.steps;
    std::set<std::string> planned_before;
    for (const auto& action : with_.history)
        if (action.account == at_.account && action.state == action_state::planned) {
            planned_before.insert(action.id);
            steps.push_back(action);
        }
    std::ranges::stable_sort(steps, std::greater<>(), &action::level);
    action_limits allowed(with_.policy, at_.account, at_.cycle_began, live_);
    allowed.count(with_.history, at_.now);
    auto rehearsed = allowed;
    for (auto& step : steps) {
        if (step.state == action_state::dry_run)
            step.held = rehearsed.admit(step).value_or("");
        if (step.state == action_state::planned)
            if (auto why = allowed.admit(step))
                wait_for_a_person(step, std::move(*why), at_.now);
    }
    std::erase_if(steps, [&planned_before](const action& step) {
        return step.state == action_state::planned && planned_before.contains(step.id);
    });
}

containment_plan planner::take(const std::vector<candidate>& candidates)
{
    std::ranges::move(escalations(with_), std::back_inserter(out_.steps));
    put_in_order(out_.steps, candidates);
    return std::move(out_);
}

}  // namespace

containment_plan plan_containment(const planning_input& with, const std::vector<candidate>& candidates)
{
    planner here(with);
    for (const auto& candidate : candidates)
        here.plan(candidate);
    here.hold_over_limits();
    return here.take(candidates);
}

}  // namespace trunkwarden
