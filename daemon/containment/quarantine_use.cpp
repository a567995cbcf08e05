#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "account/read_running_calls.hpp"
#include "catalogue/catalogue.hpp"
#include "containment/action_limits.hpp"
#include "containment/quarantine.hpp"
#include "containment/stop_use.hpp"
#include "containment/turns.hpp"
#include "findings/open_finding.hpp"
#include "support/digest.hpp"
#include "support/plural.hpp"
#include "use/judge_active_calls.hpp"

// The quarantine and the use of the account: the objects switched off, and the calls hung up, to stop it.

namespace trunkwarden {
namespace {

// So many objects that carry a use are read in one round, and so many calls are hung up in one step: more
// have their turn in the next round.
constexpr std::size_t max_carriers = 20;
constexpr std::size_t max_hang_ups = 50;

std::string_view calls_resource()
{
    return resource_of(resource_role::active_calls).name;
}

bool is_a_call(const action& action)
{
    return action.measure == measure::stop && action.resource == calls_resource();
}

// One call, as the step about all calls of its application says.
action hanging_up_one(const action& all, const std::string& call, time_point now)
{
    auto out = all;
    out.measure = measure::stop;
    out.object_id = out.address = out.label = call;
    out.summary = fmt::format("hang up a call of {}", all.label);
    out.request = {};  // made from the call as it is
    out.planned_at = now;
    out.held.clear();
    out.expires_at.reset();
    out.id =
        "a-" + hex(sha256(fmt::format("{}\n{}\n{}", all.id, call, now.time_since_epoch().count())).data(), 6);
    return out;
}

}  // namespace

// ---- planning

// The objects that carry the use and are on. An object that was switched off since its list was read is off.
carriers quarantine::still_on(const finding& about) const
{
    auto out = carriers_of(watched_, about.deviation);
    std::erase_if(out.on, [this](const carrier_in_use& way) {
        const auto& name = watched_.config.types[way.resource].name;
        const auto read_at = watched_.view.coverage[way.resource].last_read();
        return std::ranges::any_of(history_.all(), [&](const action& action) {
            return action.measure == measure::stop && action.resource == name && action.object_id == way.id &&
                   action.state == action_state::done && action.ended_at >= read_at;
        });
    });
    return out;
}

// The objects that carry the use and for which a step is due; the reason is noted for the others.
std::vector<carrier_in_use> quarantine::to_switch_off(const finding& about)
{
    auto ways = still_on(about);
    for (const auto& resource : ways.unread)
        refused_.push_back(
            refused_for(about, refusal_reason::unreadable,
                        fmt::format("{} could not be read, and the use may go through them", resource)));
    std::erase_if(ways.on, [&](const carrier_in_use& way) {
        const auto why = why_not_stopped(about, {watched_.config.types[way.resource].name, way.id}, policy_,
                                         history_.all(), watched_.io.now());
        if (why && !why->empty())
            refused_.push_back(refused_for(about, refusal_reason::later, *why));
        return why.has_value();
    });
    return std::move(ways.on);
}

// One turn for each object, for any number of findings: a thief makes as many as he likes.
std::vector<quarantine::carrier_of> quarantine::carriers_in_turn(std::vector<candidate>& out)
{
    std::vector<carrier_of> fresh;
    std::vector<carrier_of> again;
    std::set<carrier_place> known;
    for (const auto& about : uses_) {
        for (auto& way : to_switch_off(about)) {
            const carrier_place place(way.resource, way.id);
            if (known.insert(place).second)
                (carriers_in_vain_.contains(place) ? again : fresh).push_back({&about, std::move(way)});
        }
        const bool has_calls = about.deviation.type->role == resource_role::active_calls;
        if (has_calls && !why_not_stopped(about, {calls_resource(), about.deviation.id}, policy_,
                                          history_.all(), watched_.io.now()))
            out.push_back({about, std::nullopt, 0});
    }
    std::erase_if(carriers_in_vain_, [&known](const auto& pair) { return !known.contains(pair.first); });
    std::ranges::stable_sort(again, {}, [this](const carrier_of& carrier) {
        return carriers_in_vain_.at({carrier.way.resource, carrier.way.id});
    });
    return in_turn(std::move(fresh), std::move(again));
}

// A carrier that was asked for counts as looked at in vain until a step about it is planned.
task<> quarantine::look_at_uses(looks_of_a_round& looks, std::vector<candidate>& out)
{
    if (const auto blocked = obstacle()) {
        for (const auto& about : uses_)
            refused_.push_back(refused_for(about, refusal_reason::blocked, *blocked));
        co_return;
    }
    looks.left = max_carriers;
    const auto turns = carriers_in_turn(out);
    for (const auto& [about, way] : turns) {
        object_in_turn turn{about, way.resource, way.address,
                            fmt::format("{} {}", watched_.config.types[way.resource].noun, way.id)};
        auto seen = co_await look_at(std::move(turn), looks);
        if (seen.outcome != look_outcome::not_asked)
            carriers_in_vain_[{way.resource, way.id}] = watched_.io.now();
        if (seen.object)
            out.push_back({*about, std::move(seen.object), count(watched_.view.objects[way.resource])});
    }
}

// ---- the findings

// Everything that carries the use was switched off, and is: as much as can be done.
void quarantine::settle_uses()
{
    for (const auto& before : std::exchange(uses_, {})) {
        const auto* about = open_finding(watched_.memory.findings, before.id);
        if (about == nullptr || about->status == finding_status::contained ||
            !has_stopped(*about, history_.all()))
            continue;
        const auto ways = still_on(*about);
        if (!ways.on.empty() || !ways.unread.empty())
            continue;
        if (auto event = watched_.memory.findings.contain(about->id, about->deviation, watched_.io.now()))
            watched_.io.listener->on_events({std::move(*event)});
    }
}

// A registration that ended proves as much as before: its holder has the password still. Another baseline
// ends the step: nobody asked that one about the registration while it was there.
bool quarantine::outlives_its_finding(const action& action) const
{
    if (action.measure != measure::stop || !baseline_since_ || action.planned_at < *baseline_since_)
        return false;
    const auto place = place_of_resource(watched_.config, action.use);
    if (!place)
        return false;
    const auto& type = watched_.config.types[*place];
    return type.comes_and_goes && type.judged_if_written;
}

void quarantine::remember_stopped(const action& action)
{
    const auto place = place_of_resource(watched_.config, action.resource);
    if (action.measure != measure::stop || !place || action.seen_on_at)
        return;
    for (const auto& [field, value] : values_when_off(watched_.config.types[*place])) {
        if (action.state == action_state::done)
            watched_.memory.stopped.add(action.resource, action.object_id, field, value,
                                        action.ended_at.value_or(watched_.io.now()));
        else if (action.state == action_state::undone)
            watched_.memory.stopped.remove(action.resource, action.object_id, field, value);
    }
}

// A reading showed it on, or gone: the step is over, also after a restart.
void quarantine::end_stops()
{
    std::vector<action> over;
    for (const auto& action : history_.all())
        if (is_in_force(action) && !watched_.memory.stopped.has_any(action.resource, action.object_id))
            over.push_back(action);
    for (auto& action : over) {
        action.seen_on_at = watched_.io.now();
        history_.put(action);
    }
    if (!over.empty())
        journal_.write_later(std::move(over), {});
}

// The step about all calls reports the single ones.
void quarantine::on_stopped(const action& ended)
{
    remember_stopped(ended);
    if (!is_a_call(ended))
        note(ended);
}

// ---- running calls

std::size_t quarantine::hung_up_for(const action& step) const
{
    return static_cast<std::size_t>(std::ranges::count_if(history_.all(), [&step](const action& action) {
        return is_a_call(action) && action.finding == step.finding && action.state == action_state::done &&
               action.planned_at >= step.decided_at.value_or(step.planned_at);
    }));
}

// Hangs up what runs now beyond the limits: everything where more calls run than the baseline allows.
task<> quarantine::hang_up_calls(action action)
{
    const auto* found = watched_.config.baseline.active_calls.limit_of(action.object_id);
    if (found == nullptr || !is_still_wanted(action)) {
        co_await end(std::move(action), action_state::stale,
                     "its finding is over, or the baseline limits these calls no more");
        co_return;
    }
    auto limit = *found;
    auto calls = co_await read_running_calls(watched_.io, action.object_id, calls_shown::a_page,
                                             request_priority::at_once());
    if (!calls)
        co_return;  // the next round tries again, for an hour
    optional_reason held;
    if (are_too_many_or_long(*calls, limit)) {
        auto beyond = calls_beyond(*calls, limit);
        held = co_await hang_up_each(action, std::move(beyond));
        calls = co_await read_running_calls(watched_.io, action.object_id, calls_shown::a_page,
                                            request_priority::at_once());
        if (!calls)
            co_return;
    }
    // One call that the API does not hang up keeps none of the others alive.
    if (are_too_many_or_long(*calls, limit) && !held && has_calls_to_try(action, calls_beyond(*calls, limit)))
        co_return;  // the next round continues
    co_await settle_hang_up(std::move(action), std::move(held), std::move(*calls), std::move(limit));
}

// Ends the step, or lets it wait for a person when a limit held the rest of it.
task<> quarantine::settle_hang_up(action step, optional_reason held, running_calls calls, call_limit limit)
{
    const auto running = calls.count;
    const auto done = hung_up_for(step);
    const auto failed = std::ranges::find_if(history_.all(), [&step](const action& other) {
        return is_a_call(other) && other.finding == step.finding && other.state == action_state::failed &&
               other.planned_at >= step.decided_at.value_or(step.planned_at);
    });
    if (!are_too_many_or_long(calls, limit)) {
        const auto words = done == 0
                               ? std::string("no call runs beyond the limits of the baseline")
                               : fmt::format("{} hung up; {} by now", plural(done, "call"),
                                             running == 0 ? "none runs" : fmt::format("{} run", running));
        step.state = done == 0 ? action_state::stale : action_state::done;
        step.outcome = words;
        note(step);
        co_await end(std::move(step), done == 0 ? action_state::stale : action_state::done, words);
    } else if (held) {
        step.state = action_state::waiting;
        step.held = *std::move(held);
        step.expires_at = watched_.io.now() + approval_patience;
        const std::set<std::string> about{step.finding};
        static_cast<void>(co_await record(std::move(step)));
        note_waiting(about);
    } else if (failed != history_.all().end()) {
        const auto words =
            fmt::format("{} hung up, {} still run: {}", plural(done, "call"), running, failed->outcome);
        step.state = action_state::failed;
        step.outcome = words;
        note(step);
        co_await end(std::move(step), action_state::failed, words);
    }
}

// Whether one of these calls was not tried yet, or may be tried again.
bool quarantine::has_calls_to_try(const action& action, const std::vector<std::string>& calls) const
{
    const auto* about = open_finding(watched_.memory.findings, action.finding);
    return about != nullptr && std::ranges::any_of(calls, [&](const std::string& call) {
               return !why_not_stopped(*about, {calls_resource(), call}, policy_, history_.all(),
                                       watched_.io.now());
           });
}

// Returns the limit that keeps the rest of them running.
task<optional_reason> quarantine::hang_up_each(action hanging_up, std::vector<std::string> calls)
{
    optional_reason held;
    const auto* about = open_finding(watched_.memory.findings, hanging_up.finding);
    if (about == nullptr)
        co_return held;
    const auto now = watched_.io.now();
    action_limits allowed(policy_, hanging_up.account, cycle_began_, {});
    allowed.count(history_.all(), now);
    std::vector<action> steps;
    for (const auto& call : calls) {
        if (steps.size() == max_hang_ups ||
            why_not_stopped(*about, {calls_resource(), call}, policy_, history_.all(), now))
            continue;
        auto step = hanging_up_one(hanging_up, call, now);
        if (!step.decided_at && (held = allowed.admit(step)))
            break;
        steps.push_back(std::move(step));
    }
    auto to_write = steps;
    const auto written = co_await journal_.write(std::move(to_write));
    if (!written)
        co_return held;
    for (const auto& step : steps)
        put(step);
    for (auto& step : steps)
        if (!obstacle())
            static_cast<void>(co_await executor_.execute(std::move(step)));
    co_return held;
}

}  // namespace trunkwarden
