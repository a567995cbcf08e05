#include "containment/quarantine.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "account/schedule.hpp"
#include "containment/own_identity.hpp"

// What the quarantine decides: when it may act, what it plans, whom it tells. How one action is carried out
// and undone: quarantine_steps.cpp.

namespace trunkwarden {

using namespace std::chrono_literals;

quarantine::quarantine(account& watched, action_journal& journal, std::function<void(const action&)> told,
                       std::function<void()> before_acting)
    : watched_(watched), journal_(journal), told_(std::move(told)), before_acting_(std::move(before_acting))
{
}

void quarantine::restore(std::vector<action> kept)
{
    for (auto& one : kept)
        if (one.account == watched_.config.settings.name)
            actions_.push_back(std::move(one));
    std::ranges::sort(actions_, {}, [](const action& one) { return std::pair(one.planned_at, one.id); });
    for (const auto& one : actions_)
        if (one.state == action_state::done && !one.likeness.empty())
            watched_.memory.contained_identities.insert(one.likeness);
}

void quarantine::end_sweep()
{
    cycle_began_ = watched_.io.now();
    if (incomplete_because().empty())
        ++complete_sweeps_;
}

// What no endpoint shows is not read, so it cannot be missing from a sweep: a second factor that nobody
// attests must not keep the money safe for the thief.
std::string quarantine::incomplete_because() const
{
    const auto limits = stale_limits(watched_.view, watched_.config.poll);
    const auto now = watched_.io.now();
    for (std::size_t at = 0; at < watched_.view.coverage.size(); ++at) {
        const auto& seen = watched_.view.coverage[at];
        if (seen.type->pages == paging::no_endpoint || seen.state == reading_state::accepted)
            continue;
        if (seen.state != reading_state::complete)
            return fmt::format("the last sweep was not complete: {} could not be read", seen.type->name);
        if (!seen.last_complete || now - *seen.last_complete > limits[at])
            return fmt::format("{} was last read too long ago", seen.type->name);
    }
    return {};
}

std::string quarantine::obstacle() const
{
    if (!forbidden_.empty())
        return forbidden_;
    if (auto trouble = journal_.trouble(); !trouble.empty())
        return "nothing is done that is not written down before, and " + trouble;
    if (!watched_.config.baseline_error.empty())
        return "the baseline file is not trusted: " + watched_.config.baseline_error;
    using verdict = organization_check::verdict;
    if (watched_.view.organization.is == verdict::refused)
        return watched_.view.organization.reason;
    if (watched_.view.organization.is == verdict::not_known)
        return "whether the API key belongs to the organisation that the baseline pins is not known";
    if (auto incomplete = incomplete_because(); !incomplete.empty())
        return incomplete;
    if (complete_sweeps_ < policy_.warmup_cycles)
        return fmt::format("the daemon warms up: {} of {} complete sweeps since it started", complete_sweeps_,
                           policy_.warmup_cycles);
    return {};
}

circumstances quarantine::now() const
{
    circumstances out;
    out.account = watched_.config.settings.name;
    if (auto why = obstacle(); !why.empty())
        out.obstacle = std::move(why);
    out.self = own_key_of(watched_);
    if (own_user_) {
        out.self.user_id = own_user_->user_id;
        out.self.email = own_user_->email;
    }
    out.now = watched_.io.now();
    out.today = std::chrono::floor<std::chrono::days>(out.now);
    out.cycle_began = cycle_began_;
    return out;
}

const action* quarantine::find(std::string_view id) const
{
    const auto found = std::ranges::find(actions_, id, &action::id);
    return found == actions_.end() ? nullptr : &*found;
}

const resource_type& quarantine::type_of(const action& one) const
{
    return watched_.config.types[place_of_resource(watched_, one.resource).value()];
}

std::size_t quarantine::live_objects(const resource_type& type) const
{
    return count(watched_.view.objects[place_of_resource(watched_, type.name).value()]);
}

void quarantine::put(action one)
{
    const auto known = std::ranges::find(actions_, one.id, &action::id);
    if (known == actions_.end())
        actions_.push_back(std::move(one));
    else
        *known = std::move(one);
    changed_.notify_all();
}

// True when it is on the disk. What was sent is remembered either way.
task<bool> quarantine::keep(action one)
{
    std::vector<action> changed{one};
    const auto written = co_await journal_.write(std::move(changed));
    if (!written && one.state == action_state::sending)
        co_return false;
    put(one);
    told_(one);
    co_return written.has_value();
}

task<> quarantine::end(action one, action_state state, std::string outcome)
{
    one.state = state;
    one.outcome = std::move(outcome);
    one.ended_at = watched_.io.now();
    co_await keep(std::move(one));
}

void quarantine::note(const action& one, std::string sentence, ledger::telling how)
{
    if (auto event = watched_.memory.findings.note_quarantine(one.finding, std::move(sentence), how,
                                                              watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
}

// ---- orders

namespace {

failure no_such_action(std::string_view id)
{
    return {errc::not_found,
            fmt::format("there is no action {}; \"trunkwarden quarantine list\" shows them", id)};
}

std::string possible_with(const action& one)
{
    switch (one.state) {
        case action_state::waiting:
            return fmt::format("\"trunkwarden quarantine approve {}\" or reject", one.id);
        case action_state::done:
            return one.undo == undoing::impossible
                       ? "it cannot be undone through the API"
                       : fmt::format("\"trunkwarden quarantine undo {}\" takes it back", one.id);
        case action_state::dry_run:
            return "it was only planned, because the mode is dry_run: nothing was changed";
        case action_state::stale:
        case action_state::expired:
            return "if its finding is still open, a new action is planned by itself";
        default:
            return fmt::format("\"trunkwarden quarantine show {}\" tells more", one.id);
    }
}

failure not_possible(const action& one, std::string_view wanted)
{
    return {errc::bad_usage,
            fmt::format("{} cannot be {}: it is {}{}; {}", one.id, wanted, name_of(one.state),
                        one.outcome.empty() ? "" : fmt::format(" ({})", one.outcome), possible_with(one))};
}

}  // namespace

result<action> quarantine::approve(std::string_view id)
{
    const auto* known = find(id);
    if (known == nullptr)
        return no_such_action(id);
    if (known->state != action_state::waiting)
        return not_possible(*known, "approved");
    const auto at = watched_.io.now();
    if (known->expires_at && *known->expires_at <= at)
        return failure{
            errc::bad_usage,
            fmt::format("{} is not approved: it waited until {}, and what it was planned for may have "
                        "changed since; a new one is planned if its finding is still open",
                        id, rfc3339(*known->expires_at))};
    if (auto why = obstacle(); !why.empty())
        return failure{errc::bad_usage, fmt::format("{} is not approved: {}", id, why)};
    auto approved = *known;
    approved.state = action_state::approved;
    approved.decided_at = at;
    put(approved);  // written down before it is sent
    return approved;
}

task<result<action>> quarantine::reject(std::string id, std::string reason)
{
    const auto* known = find(id);
    if (known == nullptr)
        co_return no_such_action(id);
    if (known->state != action_state::waiting)
        co_return not_possible(*known, "rejected");
    auto rejected = *known;
    rejected.decided_at = watched_.io.now();
    auto outcome = reason.empty() ? std::string("rejected") : "rejected: " + std::move(reason);
    note(rejected,
         fmt::format("{} was rejected; it is not planned again as long as the object stays as it is", id),
         ledger::telling::quietly);
    co_await end(std::move(rejected), action_state::rejected, std::move(outcome));
    co_return *find(id);
}

result<action> quarantine::ask_to_undo(std::string_view id)
{
    const auto* known = find(id);
    if (known == nullptr)
        return no_such_action(id);
    if (known->state != action_state::done && known->state != action_state::failed)
        return not_possible(*known, "undone");
    if (known->undo == undoing::impossible || known->before.empty())
        return not_possible(*known, "undone");
    if (watched_.view.organization.is == organization_check::verdict::refused)
        return failure{errc::bad_usage, watched_.view.organization.reason};
    if (auto trouble = journal_.trouble(); !trouble.empty())
        return failure{errc::bad_usage, fmt::format("{} is not undone: {}", id, trouble)};
    not_undone_.erase(known->id);
    to_undo_.insert(known->id);
    return *known;
}

std::optional<std::string> quarantine::why_not_undone(const std::string& id)
{
    const auto known = not_undone_.find(id);
    if (known == not_undone_.end())
        return std::nullopt;
    auto why = std::move(known->second);
    not_undone_.erase(known);
    return why;
}

// ---- rounds

task<> quarantine::round()
{
    co_await look_after_what_was_interrupted();
    co_await end_what_is_over();
    co_await undo_what_was_asked();
    co_await plan();
    co_await carry_out_what_is_due();
}

namespace {

bool is_open(const ledger& findings, const std::string& id)
{
    return std::ranges::any_of(findings.open(), [&id](const auto& of) {
        const auto found = of.second.find(id);
        return found != of.second.end() && found->second.status != finding_status::contained;
    });
}

}  // namespace

// What was approved is done in every mode but off; what was planned by itself only where the mode is still
// auto.
bool quarantine::is_still_wanted(const action& one) const
{
    for (const auto& [resource, open] : watched_.memory.findings.open())
        if (const auto about = open.find(one.finding); about != open.end()) {
            const auto mode = mode_for(policy_, about->second);
            return one.state == action_state::approved ? mode != quarantine_mode::off
                                                       : mode == quarantine_mode::automatic;
        }
    return false;
}

task<> quarantine::end_what_is_over()
{
    constexpr auto patience_with_obstacles = 1h;
    const auto at = watched_.io.now();
    const auto all = actions_;
    for (const auto& one : all) {
        const bool is_due = one.state == action_state::planned || one.state == action_state::approved;
        if (!is_due && one.state != action_state::waiting)
            continue;
        if (!is_open(watched_.memory.findings, one.finding))
            co_await end(one, action_state::stale, "its finding is over");
        else if (is_due && !is_still_wanted(one))
            co_await end(one, action_state::stale, "the quarantine's mode is another by now");
        else if (one.state == action_state::waiting && one.expires_at && *one.expires_at <= at)
            co_await end(one, action_state::expired, "nobody approved it in time");
        else if (is_due && at - one.decided_at.value_or(one.planned_at) > patience_with_obstacles)
            co_await end(one, action_state::expired,
                         fmt::format("it could not be carried out within an hour: {}", obstacle()));
    }
}

// A first look at an account may show thousands of findings: nobody reads as many plans, and each takes
// requests.
std::size_t quarantine::room_for_plans() const
{
    constexpr std::size_t most_at_once = 50;
    constexpr std::size_t most_in_an_hour = 100;
    const auto since = watched_.io.now() - 1h;
    const auto planned = static_cast<std::size_t>(
        std::ranges::count_if(actions_, [since](const action& one) { return one.planned_at > since; }));
    return planned >= most_in_an_hour ? 0 : std::min(most_at_once, most_in_an_hour - planned);
}

// The most urgent first; what is left has its turn in the next rounds.
std::vector<finding> quarantine::findings_to_plan_for()
{
    const auto blocked = obstacle();
    const auto room = room_for_plans();
    const auto at = watched_.io.now();
    std::vector<finding> due;
    for (const auto& [resource, open] : watched_.memory.findings.open())
        for (const auto& [id, one] : open) {
            auto need = is_worth_a_look(policy_, one, actions_, at);
            if (need.is_needed && !blocked.empty())
                need = {false, blocked};
            if (need.is_needed)
                due.push_back(one);
            else if (need.why)
                refused_.push_back({one.account, id, one.title, *std::move(need.why)});
        }
    std::ranges::stable_sort(due, {}, [](const finding& one) {
        return std::pair(-static_cast<int>(one.what.level), one.what.type->step);
    });
    for (std::size_t left = room; left < due.size(); ++left)
        refused_.push_back({due[left].account, due[left].id, due[left].title,
                            "others come first: not more than 100 steps are planned within an hour"});
    due.resize(std::min(due.size(), room));
    return due;
}

task<std::vector<candidate>> quarantine::look_at_candidates()
{
    auto chosen = findings_to_plan_for();
    std::vector<candidate> out;
    for (auto& about : chosen) {
        const auto resource = place_of_resource(watched_, about.what.type->name);
        if (!resource)
            continue;  // about the account as a whole
        auto object = co_await read_object(watched_, *resource, about.what.address);
        if (!object) {
            refused_.push_back({about.account, about.id, about.title,
                                "the object could not be read: " + object.error().what});
            continue;
        }
        const auto live = live_objects(*about.what.type);
        out.push_back({std::move(about), std::move(*object), live});
    }
    co_return out;
}

task<std::vector<observed_object>> quarantine::look_at_levers(const std::vector<candidate>& candidates)
{
    std::vector<observed_object> out;
    const bool needed = std::ranges::any_of(
        candidates, [this](const candidate& one) { return returns_of(one, actions_) >= most_returns; });
    if (!needed)
        co_return out;
    for (std::size_t at = 0; at < watched_.config.types.size(); ++at) {
        if (watched_.config.types[at].step != playbook::outbound_profiles)
            continue;
        auto seen = co_await read_objects(watched_, at);
        if (seen)
            std::ranges::move(*seen, std::back_inserter(out));
    }
    co_return out;
}

void quarantine::tell_of_waiting(const std::vector<action>& fresh)
{
    for (const auto& one : fresh) {
        if (one.state == action_state::dry_run)
            note(one, fmt::format("dry run: would {} ({})", one.summary, one.id), ledger::telling::quietly);
        if (one.state != action_state::waiting)
            continue;
        const auto held = one.held.empty() ? std::string() : fmt::format(" ({})", one.held);
        note(one,
             fmt::format("{} waits for approval: {}{}; \"trunkwarden quarantine approve {}\"", one.id,
                         one.summary, held, one.id),
             ledger::telling::aloud);
    }
}

task<> quarantine::plan()
{
    refused_.clear();
    const auto candidates = co_await look_at_candidates();
    if (!candidates.empty()) {
        co_await learn_own_user();
        const auto levers = co_await look_at_levers(candidates);
        const auto moment = now();
        const planning_input with{policy_, moment, watched_.config.baseline, levers, actions_};
        auto planned = plan_containment(with, candidates);
        std::ranges::move(planned.refused, std::back_inserter(refused_));
        co_await keep_plan(std::move(planned.steps));
    }
    // Whoever reads the finding reads why nothing is done about it.
    for (const auto& one : refused_)
        if (auto event = watched_.memory.findings.note_quarantine(
                one.finding, "not contained: " + one.why, ledger::telling::quietly, watched_.io.now()))
            watched_.io.listener->on_events({std::move(*event)});
}

// Nothing of it happens unless it is written down; then it is planned again.
task<> quarantine::keep_plan(std::vector<action> steps)
{
    if (steps.empty())
        co_return;
    if (std::ranges::count(steps, action_state::planned, &action::state) > 0)
        before_acting_();
    auto to_write = steps;
    const auto written = co_await journal_.write(std::move(to_write));
    if (!written)
        co_return;
    for (auto& one : steps) {
        put(one);
        told_(one);
    }
    tell_of_waiting(steps);
}

task<> quarantine::learn_own_user()
{
    if (own_user_)
        co_return;
    auto told = co_await ask_own_user(watched_);
    if (told)
        own_user_ = std::move(*told);  // else it is asked again
}

}  // namespace trunkwarden
