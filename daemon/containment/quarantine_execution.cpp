#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "containment/action_note.hpp"
#include "containment/monitor_identity.hpp"
#include "containment/objection.hpp"
#include "containment/quarantine.hpp"
#include "containment/reload_grace.hpp"
#include "containment/remaining_deviation.hpp"
#include "findings/open_finding.hpp"

// The quarantine carries out steps: those left from an earlier run, when one is due, the checks before it is
// sent, and its outcome.

namespace trunkwarden {

// By finding, the newest first.
std::map<std::string, std::vector<action>> quarantine::waiting_steps() const
{
    std::map<std::string, std::vector<action>> out;
    for (auto& step : history_.in({action_state::waiting})) {
        auto& steps = out[step.finding];
        steps.push_back(std::move(step));
    }
    for (auto& [finding, steps] : out)
        std::ranges::stable_sort(steps, std::greater<>(), &action::planned_at);
    return out;
}

// Each of these findings names all of its steps that wait: one that came later takes the order that approves
// another out of no sentence.
void quarantine::note_waiting(const std::set<std::string>& findings)
{
    for (const auto& [finding, steps] : waiting_steps())
        if (findings.contains(finding))
            note(steps.front(), note_of_all(steps));
}

// A sentence that only counts the step names first the newest of those that it is about.
bool quarantine::has_been_told(const action& waiting, const finding& about) const
{
    const auto mention = mention_of(waiting, about.quarantine);
    if (mention != named_in_note::perhaps_counted)
        return mention == named_in_note::by_id;
    const auto* newest = find(waiting_action_in(about.quarantine));
    return newest != nullptr && waiting.planned_at <= newest->planned_at;
}

// A process that ended after a plan was written down, and before people were notified, left steps that wait
// for somebody who does not know, also beside steps of the same finding that he knows of.
void quarantine::note_what_was_not_told()
{
    if (std::exchange(has_noted_what_waits_, true))
        return;
    std::set<std::string> untold;  // findings
    for (const auto& step : history_.in({action_state::waiting}))
        if (const auto* about = open_finding(watched_.memory.findings, step.finding);
            about != nullptr && !has_been_told(step, *about))
            untold.insert(step.finding);
    note_waiting(untold);
}

task<> quarantine::resume_interrupted()
{
    note_what_was_not_told();
    const auto sent = history_.in({action_state::sending, action_state::unverified});
    for (const auto& action : sent)
        static_cast<void>(co_await executor_.resume(action));  // when it fails, the next round tries again
    const auto undoing = history_.in({action_state::undoing});
    for (const auto& action : undoing)
        if (auto why = co_await executor_.resume_undo(action))
            not_undone_[action.id] = std::move(*why);
}

task<> quarantine::run_requested_undos()
{
    const auto requested = to_undo_;
    for (const auto& [id, order] : requested) {
        if (const auto* action = find(id); action != nullptr) {
            auto ordered = *action;
            ordered.decided_by = order.by;
            if (auto why = co_await executor_.undo(std::move(ordered)))
                not_undone_[id] = std::move(*why);
        }
        to_undo_.erase(id);
        changed_.notify_all();
    }
}

task<> quarantine::execute_due()
{
    const auto due = history_.in({action_state::planned, action_state::approved});
    for (const auto& action : due) {
        if (obstacle())
            continue;
        if (action.measure == measure::hang_up)
            co_await hang_up_calls(action);
        else
            static_cast<void>(
                co_await executor_.execute(action));  // when it fails, the next round tries again
    }
}

optional_reason quarantine::objection(execution& execution, const observed_object* now)
{
    if (now != nullptr)
        if (auto why = undone_meanwhile(execution.step, *now, history_.all()))
            return why;
    const auto context = this->now();
    return trunkwarden::precondition_failure(execution.step, now,
                                             {watched_.config.baseline, context, watched_.memory.stopped});
}

// Since the step was planned, the key in use may have come to belong to another user.
task<result<optional_reason>> quarantine::ask_own_user_again()
{
    auto told = co_await ask_monitor_user(watched_.memory, watched_.io);
    if (!told)
        co_return failure{told.error().kind, "the owner of the monitor's key could not be asked for again: " +
                                                 told.error().message};
    optional_reason why;
    if (told->knows_its_user())
        own_user_ = std::move(*told);
    else
        why = "the API does not say any more to whom the monitor's key belongs";
    co_return result<optional_reason>(std::move(why));
}

task<result<optional_reason>> quarantine::ask_own_key_again()
{
    auto key_id = monitor_key_of(watched_).key_id;
    if (key_id.empty())
        co_return result<optional_reason>(optional_reason());  // protected_because() says why
    const auto listed = co_await is_own_key_listed(watched_, key_id);
    if (!listed)
        co_return failure{listed.error().kind,
                          "the list of keys could not be read again: " + listed.error().message};
    optional_reason why;
    if (!*listed)
        why = fmt::format(
            "the monitor's own key {} is not on the list of keys any more: correct "
            "api_keys.own_key_id",
            key_id);
    co_return result<optional_reason>(std::move(why));
}

task<result<optional_reason>> quarantine::ask_again(const action& step)
{
    const auto place = place_of_resource(watched_.config, step.resource);
    if (place && step.measure == measure::contain) {
        const auto protects = watched_.config.types[*place].contain.protect;
        if (protects == protected_object::own_user)
            co_return co_await ask_own_user_again();
        if (protects == protected_object::own_key)
            co_return co_await ask_own_key_again();
    }
    co_return result<optional_reason>(optional_reason());
}

// The conditions that may have changed since the object was read: a freeze, another mode, another baseline
// hold at once.
optional_reason quarantine::last_objection(const action& step, const observed_object& now)
{
    if (auto why = obstacle())
        return why;
    if (step.measure != measure::escalate && !is_still_wanted(step))
        return "its finding is over, or the quarantine's mode is another by now";
    const bool is_by_itself = step.measure != measure::escalate && step.use.empty() && !step.decided_at;
    if (is_by_itself && now.is_reported() &&
        trusted_until_reload(step, now, grace_.lasting(watched_.io.now()), watched_.memory.stopped,
                             this->now().today))
        return "the baseline was reloaded, and the one before trusted it or named other values of it";
    auto again = step;
    const auto context = this->now();
    return trunkwarden::precondition_failure(again, &now,
                                             {watched_.config.baseline, context, watched_.memory.stopped});
}

optional_reason quarantine::obstacle_to_undo(const action& action)
{
    const auto requested = to_undo_.find(action.id);
    const bool may_while_frozen = requested != to_undo_.end() && requested->second.while_frozen;
    if (forbidden_ && !may_while_frozen)
        return *forbidden_ + "; \"trunkwarden quarantine undo --while-frozen\" undoes it all the same";
    return std::nullopt;
}

void quarantine::on_executed(const action& ended, const observed_object* now)
{
    if (ended.measure == measure::stop)
        return on_stopped(ended);
    note(ended);
    if (ended.state == action_state::done && ended.measure != measure::escalate)
        mark_contained(ended, now);
}

void quarantine::on_undone(const action& ended, const optional_reason& why_not)
{
    if (why_not) {
        note(ended,
             {fmt::format("{} could not be undone: {}", ended.id, *why_not), ledger::announcement::aloud});
        return;
    }
    watched_.memory.contained_identities.erase(ended.identity_hash);
    remember_stopped(ended);
    note(ended);
    if (auto event = watched_.memory.findings.release(ended.finding, watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
}

// Records in the finding how its object looks now that it is harmless.
void quarantine::mark_contained(const action& action, const observed_object* now)
{
    auto as_now = remaining_deviation(watched_, now);
    // Half put right is not contained: the next look shows what is left, and the next plan deals with it.
    if (action.measure == measure::restore && as_now)
        return;
    if (auto event = watched_.memory.findings.contain(action.finding, std::move(as_now), watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
    if (!action.identity_hash.empty())
        watched_.memory.contained_identities.insert(action.identity_hash);
}

}  // namespace trunkwarden
