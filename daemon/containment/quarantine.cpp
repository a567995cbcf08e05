#include "containment/quarantine.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "containment/action_limits.hpp"
#include "containment/action_note.hpp"
#include "containment/monitor_identity.hpp"
#include "containment/need_to_look.hpp"
#include "findings/open_finding.hpp"

namespace trunkwarden {

quarantine::quarantine(account& watched, action_journal& journal,
                       std::function<void(const action&)> on_state_change,
                       std::function<void()> before_acting)
    : watched_(watched),
      journal_(journal),
      executor_(watched, *this),
      on_state_change_(std::move(on_state_change)),
      before_acting_(std::move(before_acting))
{
}

void quarantine::restore(std::vector<action> kept)
{
    std::erase_if(kept,
                  [this](const action& action) { return action.account != watched_.config.settings.name; });
    history_.restore(std::move(kept));
    baseline_since_ = watched_.io.now();
    for (const auto& action : history_.all()) {
        remember_stopped(action);
        if (action.state == action_state::done && !action.identity_hash.empty())
            watched_.memory.contained_identities.insert(action.identity_hash);
    }
}

// A sweep in which no list could be read whole says nothing.
void quarantine::end_sweep()
{
    const auto began = std::exchange(cycle_began_, watched_.io.now());
    const bool has_read = std::ranges::any_of(
        watched_.view.coverage, [began](const coverage& list) { return list.last_read() >= began; });
    if (!has_read)
        return;
    ++sweeps_;
    grace_.end_sweep();
}

optional_reason quarantine::obstacle() const
{
    if (forbidden_)
        return forbidden_;
    if (const auto trouble = journal_.trouble())
        return "nothing is done that is not written down before, and " + *trouble;
    if (const auto& why = watched_.config.baseline_error)
        return "the baseline file is not trusted: " + *why;
    using verdict = organization_check::verdict;
    if (watched_.view.organization.is == verdict::refused)
        return watched_.view.organization.reason;
    if (watched_.view.organization.is == verdict::not_known)
        return "the API did not confirm whose key this is";
    if (sweeps_ < policy_.warmup_cycles)
        return fmt::format("the daemon warms up: {} of {} sweeps since it started", sweeps_,
                           policy_.warmup_cycles);
    return std::nullopt;
}

plan_context quarantine::now() const
{
    plan_context out;
    out.account = watched_.config.settings.name;
    out.obstacle = obstacle();
    out.self = monitor_key_of(watched_);
    if (own_user_) {
        out.self.user_id = own_user_->user_id;
        out.self.email = own_user_->email;
    }
    out.now = watched_.io.now();
    out.today = std::chrono::floor<std::chrono::days>(out.now);
    out.cycle_began = cycle_began_;
    return out;
}

void quarantine::put(action action)
{
    history_.put(std::move(action));
    changed_.notify_all();
}

// An action that was sent is remembered, whether or not it could be written down.
task<result<void>> quarantine::record(action step)
{
    std::vector<action> changed{step};
    auto written = co_await journal_.write(std::move(changed));
    if (!written && step.state == action_state::sending) {
        if (const auto* before = find(step.id))
            journal_.write_later({*before}, {});
        co_return written;
    }
    put(step);
    on_state_change_(step);
    co_return written;
}

task<> quarantine::end(action action, action_state state, std::string outcome)
{
    action.state = state;
    action.outcome = std::move(outcome);
    action.ended_at = watched_.io.now();
    static_cast<void>(co_await record(std::move(action)));
}

void quarantine::note(const action& action)
{
    if (auto words = note_of(action))
        note(action, *std::move(words));
}

void quarantine::note(const action& action, action_note words)
{
    if (auto event = watched_.memory.findings.note_quarantine(action.finding, std::move(words.sentence),
                                                              words.announcement, watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
}

// ---- rounds

task<> quarantine::reconcile()
{
    end_stops();
    co_await resume_interrupted();
    co_await expire_actions();
    co_await run_requested_undos();
    co_await plan();
    co_await execute_due();
    settle_uses();
    forget_the_past();
}

void quarantine::forget_the_past()
{
    const auto ids = history_.forget(watched_.io.now());
    if (ids.empty())
        return;
    journal_.write_later({}, {ids.begin(), ids.end()});
    forgotten_(ids.size());
}

// An approved action is executed in every mode but off; an action without an approval only where the mode is
// still auto.
bool quarantine::is_still_wanted(const action& action) const
{
    const auto* about = open_finding(watched_.memory.findings, action.finding);
    if (about == nullptr)
        return outlives_its_finding(action) && action.decided_at &&
               mode_after_its_finding(policy_, action.use, action.account) != quarantine_mode::off;
    const auto mode = mode_for(policy_, *about);
    return action.decided_at ? mode != quarantine_mode::off : mode == quarantine_mode::automatic;
}

// An offer that outlived its finding would not be planned again: it stays waiting.
std::optional<quarantine::ending> quarantine::ending_of_waiting(const action& action,
                                                                const finding* about) const
{
    const auto at = watched_.io.now();
    if (about != nullptr && is_outgrown(action, *about))
        return ending{action_state::stale, "more differs by now, or it is more severe: it is planned again"};
    if (action.held_until && *action.held_until <= at && about != nullptr)
        return ending{action_state::stale, "the time after the reload of the baseline is over"};
    if (action.expires_at && *action.expires_at <= at)
        return ending{action_state::expired, "nobody approved it in time"};
    return std::nullopt;
}

// Why a step that is due, or waits for a person, is over.
std::optional<quarantine::ending> quarantine::ending_of(const action& action) const
{
    // It stays when the finding is contained once more.
    const bool is_offer = action.measure == measure::escalate || outlives_its_finding(action);
    const auto* about = open_finding(watched_.memory.findings, action.finding);
    const bool is_contained = about != nullptr && about->status == finding_status::contained;
    if (!is_offer && (about == nullptr || (is_contained && action.use.empty())))
        return ending{action_state::stale, "its finding is over"};
    const auto at = watched_.io.now();
    if (action.state == action_state::waiting)
        return ending_of_waiting(action, about);
    if (!is_offer && !is_still_wanted(action))
        return ending{action_state::stale, "the quarantine's mode is another by now"};
    if (at - action.decided_at.value_or(action.planned_at) > std::chrono::hours(1))
        return ending{action_state::expired, fmt::format("it could not be carried out within an hour: {}",
                                                         obstacle().value_or("it was tried in vain"))};
    return std::nullopt;
}

task<> quarantine::expire_actions()
{
    const auto pending = history_.in({action_state::planned, action_state::approved, action_state::waiting});
    for (const auto& action : pending)
        if (auto over = ending_of(action))
            co_await end(action, over->state, std::move(over->why));
}

// An endpoint that takes no more requests is asked once a round, and uses up no look. The reason is noted
// where the object was not read.
task<quarantine::look> quarantine::look_at(object_in_turn turn, looks_of_a_round& looks)
{
    const auto refuse = [this, &turn](refusal_reason kind, std::string_view why) {
        refused_.push_back(refused_for(*turn.about, kind, fmt::format("{} {}", turn.words, why)));
    };
    auto& why_closed = looks.closed[watched_.config.types[turn.resource].name];
    look out;
    if (!why_closed.empty()) {
        refuse(refusal_reason::unreadable, "could not be read: " + why_closed);
        co_return out;
    }
    if (looks.left == 0) {
        refuse(refusal_reason::turn, "has its turn in one of the next rounds: more severe ones come first");
        co_return out;
    }
    --looks.left;
    auto object = co_await observe_object(watched_, turn.resource, turn.address);
    if (object) {
        out.outcome = look_outcome::read;
        out.object = std::move(*object);
        co_return out;
    }
    if (object.error().kind == errc::rate_limited)
        why_closed = object.error().message;
    else
        out.outcome = look_outcome::unreadable;
    refuse(refusal_reason::unreadable, "could not be read: " + object.error().message);
    co_return out;
}

task<std::vector<candidate>> quarantine::look_at_candidates()
{
    auto queue = queue_of(watched_.memory.findings,
                          {policy_, history_.all(), in_vain_, obstacle(), watched_.io.now()});
    refused_ = std::move(queue.refused);
    recurring_ = std::move(queue.recurring);
    uses_ = std::move(queue.uses);
    std::vector<candidate> out;
    looks_of_a_round looks{max_looks_in_a_round};
    for (auto& about : queue.due) {
        const auto resource = place_of_resource(watched_.config, about.deviation.type->name);
        if (!resource)
            continue;  // about the watch itself
        object_in_turn turn{&about, *resource, about.deviation.address, "the object"};
        auto seen = co_await look_at(std::move(turn), looks);
        if (seen.outcome == look_outcome::unreadable)
            in_vain_[about.id] = {watched_.io.now(), level_by_itself(about.deviation)};
        if (seen.outcome != look_outcome::read)
            continue;
        const auto live = objects_within_the_hour(
            watched_.view.objects[*resource], about.deviation.type->name, history_.all(), watched_.io.now());
        out.push_back({std::move(about), std::move(seen.object), live});
    }
    co_await look_at_uses(looks, out);
    co_return out;
}

task<> quarantine::plan()
{
    const auto candidates = co_await look_at_candidates();
    if (!candidates.empty() || !recurring_.empty()) {
        co_await learn_own_user();
        std::vector<observed_object> kill_switches;
        if (!recurring_.empty())
            kill_switches = co_await observe_kill_switches(watched_);
        const auto replaced = grace_.lasting(watched_.io.now());
        const auto moment = now();
        const planning_input with{
            policy_,    moment,        watched_.config.baseline, replaced,
            recurring_, kill_switches, history_.all(),           watched_.memory.stopped};
        auto planned = plan_containment(with, candidates);
        note_looks(candidates, planned);
        std::ranges::move(planned.refused, std::back_inserter(refused_));
        co_await keep_plan(std::move(planned.steps));
    }
    refusals_.take(refused_);
    note_refused();
}

// The finding shows its readers why nothing is done about it. One with steps that wait shows the order that
// approves them, also after a change of it, which clears its sentence.
void quarantine::note_refused()
{
    auto& findings = watched_.memory.findings;
    const auto note_quietly = [this, &findings](const std::string& id, std::string sentence) {
        static_cast<void>(findings.note_quarantine(id, std::move(sentence), ledger::announcement::quietly,
                                                   watched_.io.now()));
    };
    const auto waiting = waiting_steps();
    for (const auto& [id, steps] : waiting)
        if (const auto* about = open_finding(findings, id); about != nullptr && about->quarantine.empty())
            note_quietly(id, note_of_all(steps).sentence);
    for (const auto& refused : refused_)
        if (!waiting.contains(refused.finding))
            note_quietly(refused.finding, "not contained: " + refused.why);
}

void quarantine::note_looks(const std::vector<candidate>& candidates, const containment_plan& planned)
{
    std::erase_if(in_vain_, [this](const auto& pair) {
        return open_finding(watched_.memory.findings, pair.first) == nullptr;
    });
    if (obstacle())
        return;  // while nothing may be done, no look is in vain
    std::set<std::string_view> with_a_step;
    for (const auto& step : planned.steps) {
        with_a_step.insert(step.finding);
        if (const auto place = place_of_resource(watched_.config, step.resource))
            carriers_in_vain_.erase({*place, step.object_id});
    }
    for (const auto& candidate : candidates)
        if (is_about_use(*candidate.about.deviation.type))
            continue;  // carriers_in_turn() has noted it
        else if (with_a_step.contains(candidate.about.id))
            in_vain_.erase(candidate.about.id);
        else
            in_vain_[candidate.about.id] = {watched_.io.now(), level_by_itself(candidate.about.deviation)};
}

// Nothing of it happens unless it is written down: it is planned again, under other ids, and a later write of
// the disk must not bring it back beside that.
task<> quarantine::keep_plan(std::vector<action> steps)
{
    if (steps.empty())
        co_return;
    if (std::ranges::count(steps, action_state::planned, &action::state) > 0)
        before_acting_();
    auto to_write = steps;
    const auto written = co_await journal_.write(std::move(to_write));
    if (!written) {
        std::set<std::string> ids;
        for (const auto& step : steps)
            ids.insert(step.id);
        journal_.write_later({}, std::move(ids));
        co_return;
    }
    for (auto& step : steps) {
        put(step);
        on_state_change_(step);
    }
    std::set<std::string> with_waiting;  // findings
    for (const auto& step : steps)
        if (step.state == action_state::waiting)
            with_waiting.insert(step.finding);
        else
            note(step);
    note_waiting(with_waiting);
}

task<> quarantine::learn_own_user()
{
    if (own_user_)
        co_return;
    auto told = co_await ask_monitor_user(watched_.memory, watched_.io);
    if (told && told->knows_its_user())
        own_user_ = std::move(*told);  // else it is asked again
}

}  // namespace trunkwarden
