#include <boost/json/parse.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

#include "containment/json_path.hpp"
#include "containment/quarantine.hpp"
#include "containment/requests.hpp"
#include "diff/diff.hpp"

// How the quarantine carries out one action, finds out what became of it, and undoes it.

namespace trunkwarden {
namespace {

const observed_object* there(const result<std::optional<observed_object>>& seen)
{
    return *seen ? &**seen : nullptr;
}

// The API said no: as far as it says, nothing was changed. After anything else it may have been carried out.
bool is_a_no(const failure& why)
{
    switch (why.kind) {
        case errc::bad_usage:
        case errc::refused:
        case errc::not_found:
        case errc::forbidden:
        case errc::unauthorised:
        case errc::rate_limited:
            return true;
        default:
            return false;
    }
}

// What was null before may be something that the API does not take null for.
bool was_empty(const std::string& before, const std::string& path)
{
    boost::json::error_code failed;
    const auto parsed = boost::json::parse(before, failed);
    if (failed || !parsed.is_object())
        return false;
    const auto* value = value_at(parsed.get_object(), path);
    return value != nullptr && value->is_null();
}

// Of an object that was just created; some answers do not wrap it (docs/telnyx-api.md).
std::string id_in(const std::string& body, const resource_type& type)
{
    auto wrapped = text_at(body, "data." + std::string(type.id));
    return wrapped.empty() ? text_at(body, type.id) : wrapped;
}

}  // namespace

task<quarantine::seen_object> quarantine::read(const action& one)
{
    const auto resource = place_of_resource(watched_, one.resource);
    return read_object(watched_, resource.value(), one.address);
}

task<> quarantine::carry_out_what_is_due()
{
    std::vector<std::string> due;
    for (const auto& one : actions_)
        if (one.state == action_state::planned || one.state == action_state::approved)
            due.push_back(one.id);
    for (const auto& id : due)
        if (const auto* one = find(id); one != nullptr && obstacle().empty())
            co_await carry_out(*one);
}

// Read again, compare, write down, send, read again, compare, write down.
task<> quarantine::carry_out(action one)
{
    const auto seen = co_await read(one);
    if (!seen)
        co_return;  // the next round tries again
    if (auto why = objection(one, there(seen), watched_.config.baseline, now())) {
        co_await end(std::move(one), action_state::stale, *std::move(why));
        co_return;
    }
    one.before = journaled_text(type_of(one), there(seen)->whole);
    one.state = action_state::sending;
    one.sent_at = watched_.io.now();
    if (!co_await keep(one))
        co_return;
    if (auto why = obstacle(); !why.empty()) {  // while it was written down
        one.sent_at.reset();
        co_await end(std::move(one), action_state::stale, "it was not sent: " + why);
        co_return;
    }
    auto request = one.request;
    const auto answer = co_await watched_.io.api->send(std::move(request));
    std::optional<failure> refused;
    if (!answer)
        refused = answer.error();
    co_await conclude(std::move(one), std::move(refused));
}

task<> quarantine::conclude(action one, std::optional<failure> refused)
{
    const auto& type = type_of(one);
    const auto seen = co_await read(one);
    if (!seen) {
        one.state = action_state::unverified;
        one.outcome = fmt::format("it was sent{}, and the object could not be read since: {}",
                                  refused ? " (" + refused->what + ")" : "", seen.error().what);
        note(one, fmt::format("{} was sent, but what became of it is not known yet", one.id),
             ledger::telling::quietly);
        co_await keep(std::move(one));
        co_return;
    }
    const bool shows = can_be_verified(type, one.request);
    auto missing =
        shows ? shortfall(type, one.request, there(seen)) : (refused ? refused->what : std::string());
    if (missing.empty()) {
        note_contained(one, there(seen));
        auto outcome = shows ? std::string("done: the object was read again and is as it should be")
                             : std::string("done: the API took it; nothing in its answers shows it");
        co_await end(std::move(one), action_state::done, std::move(outcome));
        co_return;
    }
    auto outcome = refused ? refused->what : "the API took it, but " + missing;
    note(one,
         fmt::format("{} failed ({}): {}; do it by hand, or wait: it is tried again", one.id, one.summary,
                     outcome),
         ledger::telling::aloud);
    co_await end(std::move(one), action_state::failed, std::move(outcome));
}

void quarantine::note_contained(const action& one, const observed_object* now)
{
    const auto undo = one.undo == undoing::impossible
                          ? std::string("this cannot be undone")
                          : fmt::format("to take it back: \"trunkwarden quarantine undo {}\"", one.id);
    auto sentence = fmt::format("{}: {}; {}", one.id, one.summary, undo);
    if (one.how == measure::escalate) {
        note(one, std::move(sentence), ledger::telling::aloud);
        return;
    }
    note(one, std::move(sentence), ledger::telling::quietly);
    std::optional<deviation> as_now;
    if (now != nullptr && now->is_reported()) {
        const trusted_state trusted{watched_.config.baseline.of(*now->type), watched_.memory.secrets,
                                    std::chrono::floor<std::chrono::days>(watched_.io.now())};
        auto left = diff(*now->type, trusted, {now->watched}, extent::part);
        if (!left.empty())
            as_now = std::move(left.front());
    }
    // Half put right is not contained: the next look tells what is left, and the next plan deals with it.
    if (one.how == measure::restore && as_now)
        return;
    if (auto event = watched_.memory.findings.contain(one.finding, std::move(as_now), watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
    if (!one.likeness.empty())
        watched_.memory.contained_identities.insert(one.likeness);
}

// ---- what a crash, or an answer that never came, left open

task<> quarantine::look_after_what_was_interrupted()
{
    const auto all = actions_;
    for (const auto& one : all) {
        if (one.state == action_state::sending || one.state == action_state::unverified)
            co_await settle_sent(one);
        if (one.state == action_state::undoing)
            co_await settle_undoing(one);
    }
}

task<> quarantine::settle_sent(action one)
{
    const auto seen = co_await read(one);
    if (!seen)
        co_return;
    const auto& type = type_of(one);
    const auto* now = there(seen);
    if (now != nullptr && now->state == one.seen && !now->state.empty() &&
        !shortfall(type, one.request, now).empty()) {
        co_await end(std::move(one), action_state::stale,
                     "it was interrupted before it was carried out; the object is as it was");
        co_return;
    }
    std::optional<failure> nothing_heard;
    co_await conclude(std::move(one), std::move(nothing_heard));
}

// A request that creates may have been carried out without our hearing of it: the list tells.
task<quarantine::seen_object> quarantine::read_created(const action& one)
{
    const auto resource = place_of_resource(watched_, one.resource).value();
    auto all = co_await read_objects(watched_, resource);
    if (!all)
        co_return all.error();
    std::optional<observed_object> found;
    for (auto& object : *all)
        if (object.is_reported() && likeness_of(*object.type, object.seen()) == one.likeness)
            found = std::move(object);
    co_return found;
}

task<> quarantine::settle_undoing(action one)
{
    const result<write_answer> nothing_heard = failure{errc::timed_out, "it was interrupted"};
    co_await conclude_undo(std::move(one), nothing_heard);
}

// ---- undo

task<> quarantine::undo_what_was_asked()
{
    const auto asked = to_undo_;
    for (const auto& id : asked) {
        if (const auto* one = find(id); one != nullptr)
            co_await undo(*one);
        to_undo_.erase(id);
        changed_.notify_all();
    }
}

task<> quarantine::undo(action one)
{
    const auto& type = type_of(one);
    const auto id = one.id;
    const auto seen = co_await read(one);
    if (!seen) {
        not_undone_[id] = "the object could not be read: " + seen.error().what;
        co_return;
    }
    const auto* now = there(seen);
    if (one.undo == undoing::exact && now != nullptr && one.state == action_state::done &&
        can_be_verified(type, one.request)) {
        if (auto changed = shortfall(type, one.request, now); !changed.empty()) {
            const auto differs = differences_from(one.before, *now);
            not_undone_[id] = fmt::format(
                "the object is not as the action left it ({}): somebody changed it since{}", changed,
                differs.empty() ? ", and it is as it was before" : "; put it right by hand");
            co_return;
        }
    }
    auto request = undoing_request(type, one, now);
    if (!request) {
        not_undone_[id] = request.error().what;
        co_return;
    }
    one.state = action_state::undoing;
    one.decided_at = watched_.io.now();
    if (!co_await keep(one)) {
        not_undone_[id] = "it cannot be written down: " + journal_.trouble();
        co_return;
    }
    auto next = std::optional(std::move(*request));
    result<write_answer> answer = failure{errc::bad_usage, "nothing was sent"};
    while (next) {
        auto sent = *next;
        answer = co_await watched_.io.api->send(std::move(sent));
        next = answer || !is_a_no(answer.error()) ? std::nullopt : without_nulls(*next, answer.error().what);
    }
    co_await conclude_undo(std::move(one), answer);
}

// The object that an undo was to bring back. Notes the id of one that was created.
task<quarantine::seen_object> quarantine::read_undone(action& one, const result<write_answer>& answer)
{
    if (one.undo != undoing::new_identity)
        co_return co_await read(one);
    if (one.new_id.empty() && answer)
        one.new_id = id_in(answer->body, type_of(one));
    if (!one.new_id.empty()) {
        const auto resource = place_of_resource(watched_, one.resource).value();
        co_return co_await read_object(watched_, resource, one.new_id);
    }
    if (!answer && is_a_no(answer.error()))
        co_return std::optional<observed_object>();
    auto created = co_await read_created(one);
    if (created && *created)
        one.new_id = (*created)->seen().id();
    co_return created;
}

namespace {

// Of what the action wrote, or of what the object was created from, what is not as it was. What others
// changed meanwhile is not ours to take back.
std::vector<std::string> not_as_before(const resource_type& type, const action& one,
                                       const observed_object& now)
{
    const auto body = one.request.body.empty() ? boost::json::value(boost::json::object())
                                               : boost::json::parse(one.request.body);
    auto out = differences_from(one.before, now);
    std::erase_if(out, [&](const std::string& path) {
        return one.undo == undoing::new_identity
                   ? std::ranges::find(type.contain.echo, std::string_view(path)) == type.contain.echo.end()
                   : value_at(body.as_object(), path) == nullptr;
    });
    return out;
}

// Why an undo did not bring back what was; "" when it did, as far as the API takes it.
std::string left_undone(const resource_type& type, const action& one, const observed_object* now,
                        const result<write_answer>& answer)
{
    auto said = answer ? std::string() : answer.error().what;
    if (one.undo == undoing::exact && !can_be_verified(type, one.request))
        return said;
    if (now == nullptr)
        return answer ? "the API took it, but the object is not there" : said;
    const auto differs = not_as_before(type, one, *now);
    const bool is_refused = std::ranges::any_of(
        differs, [&one](const std::string& path) { return !was_empty(one.before, path); });
    if (differs.empty() || (answer && !is_refused))
        return {};
    return answer ? fmt::format("the API took it, but these are not as before: {}", fmt::join(differs, ", "))
                  : said;
}

std::string words_of_undo(const resource_type& type, const action& one, const observed_object* now)
{
    std::string out = "undone: the object is as it was before";
    if (now != nullptr) {
        auto differs = differences_from(one.before, *now);
        if (one.undo == undoing::new_identity)
            std::erase(differs, std::string(type.id));
        if (!differs.empty())
            out = fmt::format("undone; these differ from before: {}", fmt::join(differs, ", "));
    }
    return one.new_id.empty() ? out : fmt::format("{}; its new id is {}", out, one.new_id);
}

}  // namespace

task<> quarantine::conclude_undo(action one, const result<write_answer>& answer)
{
    const auto& type = type_of(one);
    const auto seen = co_await read_undone(one, answer);
    if (!seen) {  // it stays undoing: the next round looks again
        not_undone_[one.id] = "it was sent, and the object could not be read since: " + seen.error().what;
        co_await keep(std::move(one));
        co_return;
    }
    const auto* now = there(seen);
    if (auto why = left_undone(type, one, now, answer); !why.empty()) {
        note(one, fmt::format("{} could not be undone: {}", one.id, why), ledger::telling::aloud);
        not_undone_[one.id] = why;
        co_await end(std::move(one), action_state::done, "undoing it failed: " + why);
        co_return;
    }
    auto outcome = words_of_undo(type, one, now);
    if (now != nullptr)
        one.seen = now->state;  // as somebody wants it: what the API fills in may be another now
    watched_.memory.contained_identities.erase(one.likeness);
    note(one, fmt::format("{} was undone; it is not done again as long as the object stays as it is", one.id),
         ledger::telling::quietly);
    if (auto event = watched_.memory.findings.release(one.finding, watched_.io.now()))
        watched_.io.listener->on_events({std::move(*event)});
    co_await end(std::move(one), action_state::undone, std::move(outcome));
}

}  // namespace trunkwarden
