#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "baseline/match.hpp"
#include "containment/json_path.hpp"
#include "containment/recurrence.hpp"
#include "containment/requests.hpp"
#include "containment/thief/thief_world.hpp"
#include "diff/diff.hpp"
#include "findings/watch_cause.hpp"

// How the account really is, without the daemon: asked without faults, judged by the baseline.

namespace trunkwarden::thief {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

// After the longest wait between two attempts, and a little.
constexpr auto longest_answer = 31min;

// Whether an object is as containing it leaves it.
bool is_harmless(const observed_object& object)
{
    const auto& contain = object.type->contain;
    if (!contain.expected_state.path.empty()) {
        const json::value wanted(contain.expected_state.value);
        return mean_the_same(&wanted, value_at(object.whole, contain.expected_state.path));
    }
    if (contain.body.empty())
        return false;
    const auto written = json::parse(contain.body).as_object();
    return std::ranges::all_of(written, [&object](const auto& member) {
        return mean_the_same(&member.value(), value_at(object.whole, member.key()));
    });
}

// Whether the step is about all that is severe in the object.
bool is_about_all(const action& some, const remedy& remedy)
{
    if (remedy.fields.empty())
        return some.measure == measure::contain;
    return std::ranges::all_of(remedy.fields, [&some](const std::string& field) {
        return std::ranges::find(some.fields, field) != some.fields.end();
    });
}

}  // namespace

std::optional<observed_object> thief_world::as_it_is(std::string_view resource, const std::string& address)
{
    const auto was = std::exchange(observing_, true);
    auto object = run(observe_object(*watched, *place_of_resource(watched->config, resource), address));
    observing_ = was;
    if (!object || !*object || !(*object)->is_reported())
        return std::nullopt;
    return std::move(**object);
}

// The limits are of the list as it was when the step was admitted: a later change makes nothing of that
// wrong. An object that was removed within the hour counts as there.
void thief_world::note_plan(const action& action)
{
    if (action.state != action_state::planned || listed_at_plan_.contains({action.id, action.planned_at}))
        return;
    std::set<std::string> there;
    const auto resource = *place_of_resource(watched->config, action.resource);
    for_each(watched->view.objects[resource],
             [&there](const object_view& object) { there.emplace(object.id()); });
    for (const auto& gone : removed_)
        if (gone.at >= now - 1h && gone.resource == action.resource && is_removed(gone))
            there.insert(gone.id);
    listed_at_plan_[{action.id, action.planned_at}] = there.size();
}

// Whether the quarantine removed it: it did, or may believe so because the object was gone when it looked
// again. An object that was brought back has another id, and counts under that.
bool thief_world::is_removed(const removal& gone) const
{
    const auto kept = on_disk.actions.find(gone.action);
    const auto state = kept == on_disk.actions.end() ? action_state::failed : kept->second.state;
    const bool is_back = state == action_state::undoing || state == action_state::undone;
    return !is_back && (gone.happened || state == action_state::done);
}

void thief_world::note_write(const api_write& write)
{
    auto& seen = writes.emplace_back();
    ++writes_in_all;
    seen.name = fmt::format("{} {} {}", write.method, write.target, write.body);
    seen.at = now;
    seen.was_frozen = frozen_;
    seen.forgot_freeze = lost_state_;
    seen.steps_since_trust_changed = step_ - trust_changed_at_;
    seen.steps_since_freeze = step_ - frozen_at_;
    const auto sent_as = [this, &write](action_state state) {
        return std::ranges::find_if(on_disk.actions, [&write, state](const auto& pair) {
            return pair.second.state == state &&
                   (state == action_state::undoing || pair.second.request == write);
        });
    };
    const auto sending = sent_as(action_state::sending);
    if (!allowed_.allows(write.method, write.target))
        seen.broken = "the catalogue does not allow it";
    else if (on_disk.broken)
        seen.broken = "nothing can be written down";
    else if (sending == on_disk.actions.end() && sent_as(action_state::undoing) == on_disk.actions.end())
        seen.broken = "it was not written down before";
    if (sending != on_disk.actions.end())
        note_action(sending->second, seen);
}

void thief_world::note_action(const action& action, observed_write& seen)
{
    seen.is_by_itself = !action.decided_at;
    seen.resource = action.resource;
    seen.object = action.object_id;
    seen.step = action.measure;
    if (action.address == own_key || action.address == seeded.key_owner().user_id)
        seen.broken = "it is about the monitor's own key or user";
    else if (seen.is_by_itself &&
             (action.undo == undoing::impossible || action.mode != quarantine_mode::automatic))
        seen.broken = "nobody approved it";
    const auto& type = watched->config.types[*place_of_resource(watched->config, action.resource)];
    const auto listed = listed_at_plan_.find({action.id, action.planned_at});
    seen.listed = listed == listed_at_plan_.end() ? 0 : listed->second;
    if (action.request.method == "DELETE")
        removed_.push_back({now, action.resource, action.object_id, action.id, false});
    const auto object = as_it_is(action.resource, action.address);
    if (!object)
        seen.broken = "the object is not there";
    else
        seen.is = judge(type, watched->config.baseline.entries_of(type), object->seen(),
                        std::chrono::floor<std::chrono::days>(now))
                      .verdict;
    if (is_about_another(action))
        seen.is = trust::unknown;  // a person approved it in any state
    if (seen.is_by_itself)
        written_by_itself.emplace_back(now, action.resource);
}

// The next attempt comes later now.
void thief_world::note_fate(bool starts_over)
{
    if (writes.empty())
        return;
    auto& last = writes.back();
    if (starts_over && last.is_by_itself && !written_by_itself.empty())
        written_by_itself.pop_back();
    last.counts = !starts_over;
    for (auto& [key, heavy] : deviations)
        if (heavy.resource == last.resource && heavy.id == last.object)
            heavy.unanswered_since.reset();
}

// As the API accepts it for the object as it is.
remedy thief_world::remedy_for(const observed_object& object, const deviation& found) const
{
    const auto& type = *object.type;
    const auto expected_measure = measure_for(found);
    if (type.step == playbook::none || !expected_measure)
        return {};
    if (expected_measure == measure::contain)
        return {type.contain.possible() && containing_request(object), {}};
    const auto judged = judge(type, watched->config.baseline.entries_of(type), object.seen(),
                              std::chrono::floor<std::chrono::days>(now));
    const auto restoring = restoring_request_for(object, judged);
    remedy out;
    if (!restoring)
        return out;
    for (const auto& name : restoring->restored) {
        const auto field = std::ranges::find(found.fields, name, &field_difference::field);
        if (field != found.fields.end() && field->weight >= severity::high)
            out.fields.push_back(name);
    }
    out.is_possible = !out.fields.empty();
    return out;
}

// Held by a step about all that is severe in it, of which people were notified.
bool thief_world::is_held(const action& some, const finding& about, const remedy& remedy) const
{
    const auto heard = told_.find(about.id);
    if (some.state != action_state::waiting || is_about_another(some) || heard == told_.end())
        return false;
    const bool is_named = about.quarantine.find(some.id) != std::string::npos;  // it was planned again
    return (is_named || heard->second >= some.planned_at) && is_about_all(some, remedy);
}

// Contained, held by a step of its own, or left by a person who saw it as it is. Where the API has no request
// that helps, it must be reported as critical since it opened: an alert about something else, or about what
// was there before, is none.
bool thief_world::is_answered(const heavy_deviation& heavy, const observed_object& object,
                              const remedy& remedy) const
{
    if (is_harmless(object))
        return true;
    const auto* about = finding_of(heavy);
    if (about == nullptr)
        return false;
    const auto heard = heard_critically_.find(about->id);
    if (!remedy.is_possible && heard != heard_critically_.end() && heard->second >= about->opened)
        return true;
    return std::ranges::any_of(guard->actions(), [&](const action& some) {
        if (some.resource != heavy.resource || some.object_id != heavy.id)
            return false;
        const bool is_decided = some.state == action_state::undone || some.state == action_state::rejected;
        return is_held(some, *about, remedy) ||
               (is_decided && (some.seen == object.state || some.planned_at >= about->last_changed));
    });
}

// The deadline counts from the last attempt that failed, from the last time that it was put right and came
// back before anybody looked, and from the last time that one like it was contained: it may be the same under
// another id.
void thief_world::note_attempts(heavy_deviation& heavy, const remedy& remedy) const
{
    const auto* about = finding_of(heavy);
    const auto like = about == nullptr ? std::string() : identity_hash_of(about->deviation);
    for (const auto& some : guard->actions()) {
        const bool is_on_it = some.resource == heavy.resource && some.object_id == heavy.id;
        const bool is_alike = !like.empty() && some.identity_hash == like;
        const bool is_attempt = some.state == action_state::done
                                    ? is_alike || (is_on_it && is_about_all(some, remedy))
                                    : is_on_it && some.state == action_state::failed;
        if (is_attempt && heavy.unanswered_since && some.ended_at && *some.ended_at > *heavy.unanswered_since)
            heavy.unanswered_since = some.ended_at;
    }
}

const finding* thief_world::finding_of(const heavy_deviation& heavy) const
{
    const auto of_resource = watched->memory.findings.open().find(heavy.resource);
    if (of_resource == watched->memory.findings.open().end())
        return nullptr;
    const finding* out = nullptr;  // the one that was seen last: a change of another kind is another finding
    for (const auto& [id, some] : of_resource->second) {
        const bool is_about_it = some.deviation.id == heavy.id || some.deviation.address == heavy.address;
        if (is_about_it && some.deviation.kind != deviation_kind::blind &&
            (out == nullptr || some.last_seen > out->last_seen))
            out = &some;
    }
    return out;
}

void thief_world::note_deviations()
{
    std::map<std::string, heavy_deviation> there;
    for (const auto& mine : his_) {
        const auto& type = watched->config.types[*place_of_resource(watched->config, mine.played.resource)];
        const auto key = fmt::format("{} {}", type.name, mine.id);
        const auto object = as_it_is(type.name, mine.id);
        if (!object || there.contains(key))
            continue;
        const trusted_state trusted{watched->config.baseline.entries_of(type), watched->memory.secrets,
                                    std::chrono::floor<std::chrono::days>(now)};
        const auto found = diff(type, trusted, {object->watched}, extent::partial);
        if (found.empty() || found.front().level < severity::high)
            continue;
        const auto known = deviations.find(key);
        auto heavy = known == deviations.end()
                         ? heavy_deviation{std::string(type.name), mine.id, mine.id, now}
                         : known->second;
        note_deviation(heavy, *object, remedy_for(*object, found.front()), std::string(mine.played.path));
        there.emplace(key, std::move(heavy));
    }
    deviations = std::move(there);
}

void thief_world::note_deviation(heavy_deviation& heavy, const observed_object& object, const remedy& remedy,
                                 const std::string& path)
{
    const bool is_hidden = without_key_ > 0 || hidden_.contains(path);
    const auto* about = finding_of(heavy);
    const bool was_told = about != nullptr && told_.contains(about->id);
    heavy.untold_looks = is_hidden || was_told ? 0 : heavy.untold_looks + 1;
    const bool may_act = !is_hidden && !frozen_ && exhausted_ == 0 && disk_is_full_ == 0 &&
                         policy.mode == quarantine_mode::automatic;
    note_attempts(heavy, remedy);
    if (!may_act || is_answered(heavy, object, remedy))
        heavy.unanswered_since.reset();
    else if (!heavy.unanswered_since)
        heavy.unanswered_since = now;
    const bool warms_up = now - started_at_ < 2min;
    const bool is_overdue =
        !warms_up && heavy.unanswered_since && now - *heavy.unanswered_since > longest_answer;
    heavy.overdue_looks = is_overdue ? heavy.overdue_looks + 1 : 0;
}

void thief_world::note_blindness()
{
    const auto longest = watched->config.poll.stale_after + 1min;
    // A host that was suspended did not leave lists unread (watch/coverage_check.cpp).
    if (now - std::exchange(looked_at_, now) > 2min)
        runs_since_ = now;
    if (without_key_ > 0)
        nothing_read_until_ = now;
    for (const auto path : lists) {
        const std::string at(path);
        if (without_key_ == 0 && !hidden_.contains(at)) {
            blind.erase(at);
            continue;
        }
        const auto type = std::ranges::find(watched->config.types, at, &resource_type::path);
        if (type == watched->config.types.end())
            throw std::logic_error("no resource is listed at " + at);
        auto& list = blind.try_emplace(at, blind_list{std::string(type->name), now}).first->second;
        // After an outage of the whole account a list has a minute to come back.
        bool was_told = type->order != urgency::money || now - std::max(list.since, runs_since_) <= longest ||
                        now - nothing_read_until_ <= 1min;
        for (const auto& [resource, open] : watched->memory.findings.open())
            for (const auto& [id, about] : open)
                was_told |= about.deviation.kind == deviation_kind::blind && heard_critically_.contains(id) &&
                            (resource == list.resource || hides_the_account(*about.deviation.type));
        list.untold_looks = was_told ? 0 : list.untold_looks + 1;
    }
}

// Without faults it succeeds unless somebody changed the object since, and then it is as it was.
void thief_world::take_back(const action& was)
{
    if (!guard->ask_to_undo(was.id)) {
        ++undo_refused;
        return;
    }
    const auto before = std::exchange(undoing_, true);
    run(guard->reconcile());
    undoing_ = before;
    const auto* after = guard->find(was.id);
    if (guard->why_not_undone(was.id) || after == nullptr || after->state != action_state::undone) {
        ++undo_refused;
        return;
    }
    ++undone;
    check_undone(was, *after);
}

void thief_world::check_undone(const action& was, const action& after)
{
    const auto& type = watched->config.types[*place_of_resource(watched->config, was.resource)];
    if (planted_ == planted::undoes_badly && !was.request.body.empty())
        seeded.change(type.path, was.object_id, json::parse(was.request.body).as_object(), seeded.somebody());
    const auto object = as_it_is(was.resource, after.new_id.empty() ? was.address : after.new_id);
    if (!object) {
        undone_wrongly.push_back(fmt::format("{}: it is not there", was.summary));
        return;
    }
    const auto wanted = json::parse(was.before).as_object();
    const auto is = json::parse(journaled_text(type, object->whole)).as_object();
    const auto body = was.request.body.empty() ? json::object() : json::parse(was.request.body).as_object();
    for (const auto& field : type.fields) {
        const auto* before = value_at(wanted, field.path);
        const bool written = body.empty()
                                 ? std::ranges::find(type.contain.echo, field.path) != type.contain.echo.end()
                                 : value_at(body, field.path) != nullptr;
        if (written && before != nullptr && !before->is_null() &&
            !mean_the_same(before, value_at(is, field.path)))
            undone_wrongly.push_back(fmt::format("{}: {} is not as before", was.summary, field.name));
    }
}

// A daemon that does what it must not.
void thief_world::plant(planted bug)
{
    const auto send = [this](const api_write& write) {
        auto named = write;
        static_cast<void>(run(api->send(std::move(named), {})));
    };
    const std::string trusted = "1293384261075731499";
    const api_write off{"PATCH", "/credential_connections/" + trusted, R"({"active":false})"};
    if (bug == planted::ignores_journal)
        send(off);
    if (bug == planted::writes_to_trusted) {
        action action;
        action.id = "a-planted";
        action.state = action_state::sending;
        action.mode = quarantine_mode::automatic;
        action.undo = undoing::exact;
        action.resource = "credential_connections";
        action.object_id = action.address = trusted;
        action.request = off;
        on_disk.actions.insert_or_assign(action.id, action);
        send(off);
        on_disk.actions.erase(action.id);
        seeded.change("/credential_connections", trusted, {{"active", true}}, seeded.somebody());
    }
    if (bug == planted::grows)
        for (int more = 0; more < 500; ++more) {
            action action;
            action.id = fmt::format("a-{}-{}", step_, more);
            action.state = action_state::stale;
            on_disk.actions.insert_or_assign(action.id, action);
        }
}

}  // namespace trunkwarden::thief
