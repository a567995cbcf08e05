#include "containment/plan.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <tuple>
#include <utility>

#include "containment/requests.hpp"
#include "support/digest.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

bool matches(const std::string& wanted, std::string_view is)
{
    return wanted.empty() || wanted == is;
}

bool is_about(const action& one, const finding& about)
{
    return one.account == about.account && one.resource == about.what.type->name &&
           (one.object_id == about.what.id || (!one.new_id.empty() && one.new_id == about.what.id));
}

// Failed attempts wait longer each time, and there are not many.
constexpr std::size_t most_attempts = 3;
time_point next_attempt(const action& last, std::size_t attempts)
{
    constexpr auto first = std::chrono::minutes(1);
    return last.ended_at.value_or(last.planned_at) + first * (1 << (2 * (attempts - 1)));
}

// Of what somebody who knows the object decided, or what did not work, as long as the object stays as it is.
struct decided {
    const action* settled = nullptr;  // undone, rejected, or seen to in a dry run
};

bool settles(const action& one, quarantine_mode mode)
{
    return one.state == action_state::undone || one.state == action_state::rejected ||
           (one.state == action_state::dry_run && mode == quarantine_mode::dry_run);
}

decided decisions_on(const candidate& of, quarantine_mode mode, const std::vector<action>& history)
{
    decided out;
    for (const auto& one : history) {
        if (!is_about(one, of.about) || one.seen != of.object->state)
            continue;
        if (settles(one, mode))
            out.settled = &one;
    }
    return out;
}

optional_reason words_of(const action& settled)
{
    if (settled.state == action_state::undone)
        return fmt::format("{} was undone: it is not done again as long as the object stays as it is",
                           settled.id);
    if (settled.state == action_state::rejected)
        return fmt::format("{} was rejected: it is not planned again as long as the object stays as it is",
                           settled.id);
    return {};
}

bool same_text(std::string_view a, std::string_view b)
{
    return !a.empty() && a == b;
}

}  // namespace

std::string containing_verb(const containment& how)
{
    if (!how.does.empty())
        return std::string(how.does);
    if (how.method == "DELETE")
        return how.undo == undoing::impossible ? "delete" : "remove";
    return "switch off";
}

// Belts of the object itself: what is never touched, whoever approves it.
optional_reason spared_because(const resource_type& type, const object_view& object, const own_identity& self)
{
    if (type.contain.never == spared::own_key) {
        if (self.key_id.empty())
            return "api_keys.own_key_id is not set, so that any key could be the monitor's own: set it in "
                   "the "
                   "settings";
        if (same_text(self.key_id, object.id()) || same_text(self.key_id, object.address()))
            return "it is the monitor's own key";
        if (!self.key_seen)
            return fmt::format(
                "the monitor's own key {} is not on the list of keys: correct api_keys.own_key_id",
                self.key_id);
    }
    if (type.contain.never == spared::own_user) {
        if (self.user_id.empty() && self.email.empty())
            return "the API does not say whose key the monitor uses, so that it could be the monitor's own "
                   "user";
        if (same_text(self.user_id, object.id()) || same_text(self.email, object.label()))
            return "it is the user to whom the monitor's key belongs";
    }
    return {};
}

namespace {

// An action without its state, or why there is none.
result<action> draft(const candidate& of, const baseline& trusted, const circumstances& at)
{
    const auto& object = *of.object;
    const auto& type = *object.type;
    if (!object.is_reported())
        return failure{errc::bad_usage, "it is not what the finding is about any more"};
    const auto judged = judge(type, trusted.of(type), object.seen(), at.today);
    action out;
    switch (judged.verdict) {
        case trust::covered:
            return failure{
                errc::bad_usage,
                "an entry of the baseline covers the object as it is; only a secret of it differs, and "
                "that cannot be put back: trunkwarden lockdown makes new ones"};
        case trust::expired:
            return failure{errc::bad_usage,
                           "an entry trusted it until it ran out: renew the entry, or remove it"};
        case trust::unknown: {
            if (auto spared = spared_because(type, object.seen(), at.self))
                return failure{errc::bad_usage, *std::move(spared)};
            auto request = containing_request(object);
            if (!request)
                return request.error();
            out.how = measure::contain;
            out.request = std::move(*request);
            out.summary =
                fmt::format("{} {} {}", containing_verb(type.contain), type.noun, object.seen().label());
            out.breaks = type.contain.breaks;
            out.undo = type.contain.undo;
            break;
        }
        case trust::differs: {
            auto restoring = restoring_request_for(object, judged);
            if (!restoring)
                return restoring.error();
            out.how = measure::restore;
            out.request = std::move(restoring->request);
            out.summary = fmt::format("put back {} of {} {}", fmt::join(restoring->restored, ", "), type.noun,
                                      object.seen().label());
            if (!restoring->not_restored.empty())
                out.summary += fmt::format(" (not {})", fmt::join(restoring->not_restored, "; "));
            out.breaks = "what relies on the changed values";
            out.undo = undoing::exact;
            break;
        }
    }
    return out;
}

void identify(action& one, const candidate& of, const circumstances& at)
{
    const auto& about = of.about;
    const auto& object = *of.object;
    one.account = at.account;
    one.finding = about.id;
    one.resource = about.what.type->name;
    one.object_id = about.what.id;
    one.address = object.is_reported() ? std::string(object.seen().address()) : about.what.address;
    one.label = about.what.label;
    one.reason = about.title;
    one.seen = object.state;
    one.likeness = object.is_reported() ? likeness_of(*object.type, object.seen()) : std::string{};
    one.planned_at = at.now;
    const auto text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", one.account, one.finding, one.object_id, one.seen,
                                  one.request.body, at.now.time_since_epoch().count());
    one.id = "a-" + hex(sha256(text).data(), 6);
}

void set_mode(action& one, quarantine_mode mode, const quarantine_settings& policy, time_point now)
{
    one.mode = mode;
    one.state = mode == quarantine_mode::automatic ? action_state::planned : action_state::waiting;
    if (mode == quarantine_mode::dry_run)
        one.state = action_state::dry_run;
    if (one.state == action_state::planned && one.undo == undoing::impossible && !policy.allow_irreversible) {
        one.state = action_state::waiting;
        one.held = "it cannot be undone, and quarantine.allow_irreversible is not set";
    }
    if (one.state == action_state::waiting)
        one.expires_at = now + approval_patience;
    if (one.state == action_state::dry_run)
        one.ended_at = now;
}

bool was_sent_since(const action& one, const std::string& account, time_point since)
{
    return one.account == account && one.sent_at && *one.sent_at >= since;
}

// Which limit the steps would go over.
class limits {
public:
    limits(const quarantine_settings& policy, const circumstances& at, const std::vector<action>& history)
        : policy_(policy)
    {
        for (const auto& one : history) {
            // What was planned before and could not be sent yet goes out beside these.
            const bool is_due = one.account == at.account && one.state == action_state::planned;
            cycle_ += is_due || was_sent_since(one, at.account, at.cycle_began) ? 1 : 0;
            if (!is_due && !was_sent_since(one, at.account, at.now - std::chrono::hours(1)))
                continue;
            ++hour_;
            ++sent_[one.resource];
        }
    }

    optional_reason exceeded_by(const std::vector<action>& steps,
                                const std::map<std::string, std::size_t>& live) const
    {
        if (cycle_ + steps.size() > policy_.max_actions_per_cycle)
            return fmt::format("the plan has {} in one sweep, more than quarantine.max_actions_per_cycle: {}",
                               plural(cycle_ + steps.size(), "action"), policy_.max_actions_per_cycle);
        if (hour_ + steps.size() > policy_.max_actions_per_hour)
            return fmt::format("it would be {} within an hour, more than quarantine.max_actions_per_hour: {}",
                               plural(hour_ + steps.size(), "action"), policy_.max_actions_per_hour);
        auto touched = sent_;
        for (const auto& step : steps)
            ++touched[step.resource];
        for (const auto& step : steps)
            if (const auto of = live.find(step.resource);
                of != live.end() && of->second >= few &&
                static_cast<double>(touched[step.resource]) >
                    policy_.max_fraction * static_cast<double>(of->second))
                return fmt::format(
                    "it would be {} of the {} {} within an hour, more than quarantine.max_fraction: "
                    "{}",
                    touched[step.resource], of->second, step.resource, policy_.max_fraction);
        return {};
    }

private:
    static constexpr std::size_t few = 8;  // of fewer objects a share says nothing

    const quarantine_settings& policy_;
    std::size_t cycle_ = 0;
    std::size_t hour_ = 0;
    std::map<std::string, std::size_t> sent_;
};

// One plan over a limit waits as a whole.
void hold(std::vector<action>& steps, const std::string& why, time_point now)
{
    for (auto& one : steps) {
        if (one.state == action_state::dry_run)
            one.held = why;
        if (one.state != action_state::planned)
            continue;
        one.state = action_state::waiting;
        one.held = why;
        one.expires_at = now + approval_patience;
    }
}

// Money first, and of each step of the playbook what can be undone first.
void put_in_order(std::vector<action>& steps, const std::vector<candidate>& candidates)
{
    std::map<std::string, playbook, std::less<>> step_of;
    for (const auto& one : candidates)
        step_of.emplace(one.about.what.type->name, one.about.what.type->step);
    const auto rank = [&step_of](const action& one) {
        const auto step =
            one.how == measure::escalate ? playbook::outbound_profiles : step_of.at(one.resource);
        return std::tuple(one.undo == undoing::impossible, step, one.undo, std::string_view(one.resource));
    };
    std::ranges::stable_sort(steps, {}, rank);
}

bool is_offered(const observed_object& lever, const std::vector<action>& history)
{
    return std::ranges::any_of(history, [&lever](const action& one) {
        return one.how == measure::escalate && one.object_id == lever.seen().id() &&
               one.seen == lever.state &&
               (!has_ended(one.state) || one.state == action_state::rejected ||
                one.state == action_state::undone);
    });
}

// The profile switched off already is no lever.
bool does_something(const api_write& request, const observed_object& lever)
{
    return !shortfall(*lever.type, request, &lever).empty();
}

void escalate(const candidate& of, const std::vector<observed_object>& levers, const circumstances& at,
              const std::vector<action>& history, std::vector<action>& out)
{
    for (const auto& lever : levers) {
        auto request = containing_request(lever);
        if (!request || !lever.is_reported() || !does_something(*request, lever) ||
            is_offered(lever, history) || is_offered(lever, out))
            continue;
        action one;
        one.how = measure::escalate;
        one.request = std::move(*request);
        one.undo = lever.type->contain.undo;
        one.breaks = lever.type->contain.breaks;
        one.summary = fmt::format("{} {} {}", containing_verb(lever.type->contain), lever.type->noun,
                                  lever.seen().label());
        candidate about{of.about, lever, of.live};
        identify(one, about, at);
        one.resource = lever.type->name;
        one.object_id = lever.seen().id();
        one.label = lever.seen().label();
        one.likeness.clear();
        one.reason =
            fmt::format("came back after it had been contained {} times: {}", most_returns, of.about.title);
        one.mode = quarantine_mode::approve;
        one.state = action_state::waiting;
        one.held = "what came back is left alone; this would stop all outbound calls instead";
        one.expires_at = at.now + approval_patience;
        const auto text = one.id + one.object_id;
        one.id = "a-" + hex(sha256(text).data(), 6);
        out.push_back(std::move(one));
    }
}

}  // namespace

quarantine_mode mode_for(const quarantine_settings& policy, const finding& about)
{
    for (const auto& rule : policy.rules)
        if (matches(rule.resource, about.what.type->name) &&
            rule.kind.value_or(about.what.kind) == about.what.kind && matches(rule.account, about.account))
            return rule.mode;
    return policy.mode;
}

namespace {

bool can_be_acted_on(deviation_kind kind)
{
    switch (kind) {
        case deviation_kind::unknown:
        case deviation_kind::changed:
        case deviation_kind::weakened:
        case deviation_kind::recreated:
            return true;
        default:
            return false;
    }
}

// What was planned about the finding since it is as it is now.
bool is_of_now(const action& one, const finding& about)
{
    return is_about(one, about) && one.how != measure::escalate && one.finding == about.id &&
           one.planned_at >= about.altered;
}

need_to_look after_failures(const finding& about, const std::vector<action>& history, time_point now)
{
    std::size_t failures = 0;
    const action* last = nullptr;
    for (const auto& one : history) {
        if (one.state != action_state::failed || !is_of_now(one, about))
            continue;
        ++failures;
        if (last == nullptr || last->planned_at < one.planned_at)
            last = &one;
    }
    if (failures >= most_attempts)
        return {false, fmt::format("it failed {} times, last because {}", failures, last->outcome)};
    if (last != nullptr && now < next_attempt(*last, failures))
        return {false, fmt::format("it failed because {}; it is tried again at {}", last->outcome,
                                   rfc3339(next_attempt(*last, failures)))};
    return {true, {}};
}

// Findings about which nothing can be done, or is to be done.
bool is_left_alone(const finding& about)
{
    return about.status == finding_status::contained || about.status == finding_status::resolved ||
           !can_be_acted_on(about.what.kind) || about.what.from_event;
}

bool is_under_way(const finding& about, const std::vector<action>& history)
{
    return std::ranges::any_of(history, [&about](const action& one) {
        return is_about(one, about) && one.how != measure::escalate && !has_ended(one.state);
    });
}

}  // namespace

need_to_look is_worth_a_look(const quarantine_settings& policy, const finding& about,
                             const std::vector<action>& history, time_point now)
{
    const auto mode = mode_for(policy, about);
    if (is_left_alone(about) || mode == quarantine_mode::off)
        return {};
    if (about.what.type->step == playbook::none)
        return {false,
                fmt::format("the API has no request that makes one of {} harmless", about.what.type->name)};
    if (is_under_way(about, history))
        return {};
    // What was decided about it as it is now needs no further look.
    for (const auto& one : history)
        if (is_of_now(one, about) && settles(one, mode))
            return {false, words_of(one)};
    return after_failures(about, history, now);
}

std::size_t returns_of(const candidate& of, const std::vector<action>& history)
{
    if (!of.object || !of.object->is_reported())
        return 0;
    const auto like = likeness_of(*of.object->type, of.object->seen());
    return static_cast<std::size_t>(std::ranges::count_if(history, [&](const action& one) {
        const bool same_again = !like.empty() && one.likeness == like && one.account == of.about.account;
        return one.state == action_state::done && one.how != measure::escalate &&
               (is_about(one, of.about) || same_again);
    }));
}

namespace {

// What planning works with, and what comes out of it.
struct planning {
    const quarantine_settings& policy;
    const circumstances& at;
    const baseline& trusted;
    const std::vector<observed_object>& levers;
    const std::vector<action>& history;
    containment_plan out = {};
    std::vector<action> offers = {};
    std::map<std::string, std::size_t> live = {};

    void refuse(const candidate& of, std::string why)
    {
        out.refused.push_back({at.account, of.about.id, of.about.title, std::move(why)});
    }
    void plan(const candidate& of);
    void hold_what_is_too_much();
};

void planning::plan(const candidate& of)
{
    if (at.obstacle)
        return refuse(of, *at.obstacle);
    if (!of.object)
        return;  // it is gone: the next reading of its list says so
    const auto mode = mode_for(policy, of.about);
    if (const auto before = decisions_on(of, mode, history); before.settled != nullptr) {
        if (auto why = words_of(*before.settled))
            refuse(of, *std::move(why));
        return;
    }
    if (returns_of(of, history) >= most_returns) {
        refuse(of,
               fmt::format("it came back after it had been contained {} times, and is left alone; what is "
                           "offered instead is to switch off the outbound voice profiles",
                           most_returns));
        return escalate(of, levers, at, history, offers);
    }
    auto step = draft(of, trusted, at);
    if (!step)
        return refuse(of, step.error().what);
    identify(*step, of, at);
    set_mode(*step, mode, policy, at.now);
    live[step->resource] = of.live;
    out.steps.push_back(std::move(*step));
}

void planning::hold_what_is_too_much()
{
    std::vector<action> immediate;
    std::ranges::copy_if(out.steps, std::back_inserter(immediate), [](const action& one) {
        return one.state == action_state::planned || one.state == action_state::dry_run;
    });
    if (immediate.empty())
        return;
    const limits within(policy, at, history);
    if (const auto why = within.exceeded_by(immediate, live))
        hold(out.steps, *why, at.now);
}

}  // namespace

containment_plan plan_containment(const planning_input& with, const std::vector<candidate>& candidates)
{
    planning here{with.policy, with.at_this_moment, with.trusted, with.levers, with.history};
    for (const auto& one : candidates)
        here.plan(one);
    here.hold_what_is_too_much();
    std::ranges::move(here.offers, std::back_inserter(here.out.steps));
    put_in_order(here.out.steps, candidates);
    return std::move(here.out);
}

optional_reason objection(const action& planned, const observed_object* now, const baseline& trusted,
                          const circumstances& at_this_moment)
{
    if (now == nullptr)
        return "the object is not there any more";
    if (now->state != planned.seen)
        return "the object is not what it was when this was planned";
    if (planned.how == measure::escalate)
        return planned.decided_at ? std::nullopt : optional_reason("nobody approved it");
    const auto judged = judge(*now->type, trusted.of(*now->type), now->seen(), at_this_moment.today);
    const auto expected = planned.how == measure::contain ? trust::unknown : trust::differs;
    if (judged.verdict == trust::covered)
        return "the baseline covers the object by now";
    if (judged.verdict != expected)
        return "the baseline says something else about the object by now";
    if (planned.how == measure::contain)
        return spared_because(*now->type, now->seen(), at_this_moment.self);
    const auto again = restoring_request_for(*now, judged);
    if (!again || again->request != planned.request)
        return "the baseline says other values by now";
    return {};
}

}  // namespace trunkwarden
