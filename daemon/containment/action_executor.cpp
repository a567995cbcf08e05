#include "containment/action_executor.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "containment/comparison.hpp"
#include "containment/json_path.hpp"
#include "containment/observe_object.hpp"
#include "containment/offered_code.hpp"
#include "containment/parts.hpp"
#include "containment/requests.hpp"
#include "containment/undo_verdict.hpp"
#include "support/counted.hpp"
#include "support/json_view.hpp"
#include "support/without.hpp"

namespace trunkwarden {
namespace {

const observed_object* there(const result<std::optional<observed_object>>& seen)
{
    return *seen ? &**seen : nullptr;
}

// The API said no: as far as it says, nothing was changed. After any other failure the request may have been
// carried out.
bool is_a_no(const failure& why)
{
    switch (why.kind) {
        case errc::bad_usage:
        case errc::refused:
        case errc::not_found:
        case errc::forbidden:
        case errc::unauthorised:
        case errc::rate_limited:
        case errc::busy:
            return true;
        default:
            return false;
    }
}

// Nothing was changed, and the same request may go through in a moment; but the object may be another by
// then.
bool may_pass_in_a_moment(const failure& why)
{
    return why.kind == errc::rate_limited || why.kind == errc::not_sent || why.kind == errc::busy;
}

constexpr int max_attempts = 3;

// A 409 may mean more than a change that is under way: only a PATCH, which does the same twice as once, is
// repeated after it, and it counts as refused in the end.
bool is_to_be_repeated(const failure& why, std::string_view method, int attempt)
{
    if (why.kind == errc::busy)
        return method == "PATCH" && attempt < max_attempts;
    return may_pass_in_a_moment(why);
}

boost::json::object body_of(const api_write& request)
{
    return request.body.empty() ? boost::json::object() : boost::json::parse(request.body).as_object();
}

// The request as it is sent, with the secret in its body.
api_write request_of(const execution& execution)
{
    auto out = execution.step.request;
    if (execution.fresh) {
        auto body = body_of(out);
        body[view(execution.fresh->member)] = view(execution.fresh->value.reveal());
        out.body = boost::json::serialize(body);
    }
    return out;
}

// Of the object in an answer; some answers do not wrap it (docs/telnyx-api.md).
std::string member_in(const std::string& body, std::string_view path)
{
    auto wrapped = text_at(body, "data." + std::string(path));
    return wrapped.empty() ? text_at(body, path) : wrapped;
}

// The id of an object that was just created.
std::string id_in(const std::string& body, const resource_type& type)
{
    return member_in(body, type.id);
}

}  // namespace

const resource_type& action_executor::type_of(const action& action) const
{
    return account_.config.types[place_of_resource(account_.config, action.resource).value()];
}

task<action_executor::observed> action_executor::read(const action& action)
{
    const auto resource = place_of_resource(account_.config, action.resource);
    return observe_object(account_, resource.value(), action.address);
}

task<action> action_executor::end(action action, action_state state, std::string outcome)
{
    finish(action, state, std::move(outcome));
    static_cast<void>(co_await terms_.record(action));  // the owner knows, and remembers it in memory
    co_return action;
}

void action_executor::finish(action& action, action_state state, std::string outcome) const
{
    action.state = state;
    action.outcome = std::move(outcome);
    action.ended_at = account_.io.now();
}

task<result<write_answer>> action_executor::send(api_write request, last_check may_not,
                                                 const observed_object* about)
{
    std::optional<counted<int>> here;
    last_check check = [this, &may_not, &here]() -> optional_reason {
        if (auto why = may_not())
            return why;
        here.emplace(on_their_way_);
        return std::nullopt;
    };
    auto answer = co_await account_.io.api->send(std::move(request), std::move(check));
    if (!answer && about != nullptr) {
        auto why = answer.error();
        why.message = without_secrets_of(*about, std::move(why.message));
        answer = std::move(why);
    }
    co_return answer;
}

// ---- carrying out

task<result<action>> action_executor::execute(action planned)
{
    for (int attempt = 1;; ++attempt) {
        auto executed = co_await execute_once(planned, attempt);
        if (executed || !may_pass_in_a_moment(executed.error()) || attempt == max_attempts)
            co_return executed;
        co_await wait_before(attempt + 1, executed.error());
    }
}

task<> action_executor::wait_before(int next_attempt, const failure& why) const
{
    if (why.kind != errc::busy)
        co_return;
    const auto here = co_await asio::this_coro::executor;
    const auto first = account_.io.before_changing_again;
    asio::steady_timer pause(here, next_attempt == 2 ? first : 3 * first);
    co_await pause.async_wait(asio::use_awaitable);
}

task<result<action>> action_executor::execute_once(action planned, int attempt)
{
    const auto seen = co_await read(planned);
    if (!seen)
        // Also after 429: the client waited and repeated the reading itself.
        co_return failure{errc::unreachable, "the object could not be read: " + seen.error().message};
    const auto before = planned;
    execution execution{std::move(planned), std::nullopt};
    auto known = co_await terms_.ask_again(execution.step);
    if (!known)
        co_return failure{errc::unreachable, known.error().message};
    auto why = std::move(*known);
    if (!why)
        why = terms_.objection(execution, there(seen));
    if (why)
        co_return co_await end(std::move(execution.step), action_state::stale, std::move(*why));
    co_await add_offered_code(*account_.io.api, type_of(execution.step), execution.step);
    execution.step.taken_along = co_await parts_that_are_on(account_, execution.step);
    execution.step.before = journaled_text(type_of(execution.step), there(seen)->whole);
    execution.step.seen = there(seen)->state;
    execution.step.state = action_state::sending;
    execution.step.sent_at = account_.io.now();
    if (const auto recorded = co_await terms_.record(execution.step); !recorded)
        co_return recorded.error();
    optional_reason vetoed;
    last_check why_not = [this, &execution, &seen, &vetoed] {
        return vetoed = terms_.last_objection(execution.step, *there(seen));
    };
    auto request = request_of(execution);
    const auto method = request.method;
    const auto answer = co_await send(std::move(request), std::move(why_not), there(seen));
    if (vetoed) {
        execution.step.sent_at.reset();
        co_return co_await end(std::move(execution.step), action_state::stale, "it was not sent: " + *vetoed);
    }
    if (!answer && is_to_be_repeated(answer.error(), method, attempt)) {
        static_cast<void>(co_await terms_.record(before));
        const auto kind = answer.error().kind == errc::busy ? errc::busy : errc::rate_limited;
        co_return failure{kind, answer.error().message};
    }
    std::optional<failure> refused;
    if (!answer)
        refused = answer.error();
    else
        refused = take_answer(execution, *there(seen), *answer);
    co_return co_await verify(std::move(execution), std::move(refused));
}

// The API shows a secret in the answer to the request that changed it, also where it shows it nowhere else.
std::optional<failure> action_executor::take_answer(execution& execution, const observed_object& before,
                                                    const write_answer& answer)
{
    const auto& type = type_of(execution.step);
    if (before.is_reported())
        account_.memory.secrets.note_own_write(type, before.seen(), member_in(answer.body, "updated_at"));
    if (execution.fresh) {
        execution.fresh->shown_in_answer = secret(member_in(answer.body, execution.fresh->member));
        execution.fresh->answered_at = member_in(answer.body, "updated_at");
    }
    if (const auto taken = terms_.on_answer(execution, answer); !taken)
        return taken.error();
    return std::nullopt;
}

// Reads the object again, compares, and records the result.
task<action> action_executor::verify(execution execution, std::optional<failure> refused)
{
    const auto& type = type_of(execution.step);
    // An answer that refuses a secret may repeat it.
    const auto hidden = execution.fresh ? execution.fresh->value.reveal() : std::string_view();
    const auto said = refused ? without(refused->message, hidden) : std::string();
    const auto seen = co_await read(execution.step);
    if (!seen) {
        execution.step.state = action_state::unverified;
        execution.step.outcome = fmt::format("it was sent{}, and the object could not be read since: {}",
                                             refused ? " (" + said + ")" : "", seen.error().message);
        terms_.on_executed(execution.step, nullptr);
        static_cast<void>(co_await terms_.record(execution.step));
        co_return std::move(execution.step);
    }
    const auto found = compare(type, execution, there(seen));
    auto& action = execution.step;
    const bool has_failed = found.is_shown ? found.mismatch.has_value() : refused.has_value();
    if (has_failed)
        finish(action, action_state::failed, refused ? said : "the API took it, but " + *found.mismatch);
    else
        finish(action, action_state::done,
               found.is_shown ? "done: the object was read again and is as it should be"
                              : "done: the API took it; it cannot be verified, because no answer shows it");
    terms_.on_executed(action, there(seen));
    static_cast<void>(co_await terms_.record(action));
    co_return std::move(action);
}

task<result<action>> action_executor::resume(action sent)
{
    const auto seen = co_await read(sent);
    if (!seen)
        co_return seen.error();
    const auto* now = there(seen);
    if (now != nullptr && now->state == sent.seen && !now->state.empty() &&
        mismatch_of(type_of(sent), sent.request, now))
        co_return co_await end(std::move(sent), action_state::stale,
                               "it was interrupted before it was carried out; the object is as it was");
    execution execution{std::move(sent), std::nullopt};
    std::optional<failure> nothing_heard;
    co_return co_await verify(std::move(execution), std::move(nothing_heard));
}

// ---- taking back

task<optional_reason> action_executor::undo(action done)
{
    for (int attempt = 1;; ++attempt) {
        auto undone = co_await undo_once(done, attempt);
        if (undone)
            co_return *undone;
        if (attempt == max_attempts)
            co_return undone.error().message;
        co_await wait_before(attempt + 1, undone.error());
    }
}

// Why it is not undone; fails when it is to be tried again from the start.
task<result<optional_reason>> action_executor::undo_once(action done, int attempt)
{
    const auto& type = type_of(done);
    const auto before = done;
    const auto seen = co_await read(done);
    if (!seen)
        co_return "the object could not be read: " + seen.error().message;
    const auto* now = there(seen);
    if (done.undo == undoing::exact && now != nullptr && done.state == action_state::done &&
        can_be_verified(type, done.request))
        if (auto why = changed_since(type, done, *now))
            co_return why;
    auto request = undoing_request(type, done, now);
    if (!request)
        co_return request.error().message;
    done.state = action_state::undoing;
    done.decided_at = account_.io.now();
    if (const auto recorded = co_await terms_.record(done); !recorded)
        co_return "it cannot be written down: " + recorded.error().message;
    const auto method = request->method;
    const auto answer = co_await send_undo(done, std::move(*request), now);
    if (!answer && is_to_be_repeated(answer.error(), method, attempt)) {
        static_cast<void>(co_await terms_.record(before));
        co_return answer.error();
    }
    if (answer && now != nullptr && now->is_reported())
        account_.memory.secrets.note_own_write(type, now->seen(), member_in(answer->body, "updated_at"));
    co_return co_await verify_undo(std::move(done), answer);
}

// Without the nulls that the API showed and does not take.
task<result<write_answer>> action_executor::send_undo(const action& undoing, api_write request,
                                                      const observed_object* now)
{
    for (;;) {
        auto sent = request;
        last_check why_not = [this, &undoing] { return terms_.obstacle_to_undo(undoing); };
        auto answer = co_await send(std::move(sent), std::move(why_not), now);
        if (answer || !is_a_no(answer.error()) || may_pass_in_a_moment(answer.error()))
            co_return answer;
        auto next = without_nulls(request, answer.error().members);
        if (!next)
            co_return answer;
        request = std::move(*next);
    }
}

task<optional_reason> action_executor::resume_undo(action undoing)
{
    result<write_answer> nothing_heard = failure{errc::timed_out, "it was interrupted"};
    co_return co_await verify_undo(std::move(undoing), std::move(nothing_heard));
}

// A request that creates may have been carried out although no answer came: the list shows.
task<action_executor::observed> action_executor::read_created(const action& action)
{
    const auto resource = place_of_resource(account_.config, action.resource).value();
    auto all = co_await observe_objects(account_, resource, unreadable_objects_are::a_failure);
    if (!all)
        co_return all.error();
    std::optional<observed_object> found;
    for (auto& object : *all)
        if (object.is_reported() && identity_hash_of(*object.type, object.seen()) == action.identity_hash)
            found = std::move(object);
    co_return found;
}

// The object that an undo was to bring back. Notes the id of one that was created.
task<action_executor::observed> action_executor::read_undone(action& action,
                                                             const result<write_answer>& answer)
{
    if (action.undo != undoing::new_identity)
        co_return co_await read(action);
    if (action.new_id.empty() && answer)
        action.new_id = id_in(answer->body, type_of(action));
    if (!action.new_id.empty()) {
        const auto resource = place_of_resource(account_.config, action.resource).value();
        co_return co_await observe_object(account_, resource, action.new_id);
    }
    if (!answer && is_a_no(answer.error()))
        co_return std::optional<observed_object>();
    auto created = co_await read_created(action);
    if (created && *created)
        action.new_id = (*created)->seen().id();
    co_return created;
}

// Switches on what went off with the object, which is on again, and reads that again. Returns the words for
// people. Fails where the rest is to be tried later.
task<result<std::string>> action_executor::bring_back_parts(const action& undoing)
{
    const auto& type = type_of(undoing);
    if (!undoing.taken_along)
        co_return words_of_parts(type, undoing, {}, {});
    const auto before = co_await observe_parts(account_, undoing);
    if (!before && is_a_no(before.error()) && !may_pass_in_a_moment(before.error()))
        co_return words_of_parts(type, undoing, {}, before.error().message);
    if (!before)
        co_return before.error();
    std::string refused;
    auto requests = requests_for_parts(undoing, *before);
    for (auto& request : requests) {
        last_check why_not = [this, &undoing] { return terms_.obstacle_to_undo(undoing); };
        const auto answer = co_await send(std::move(request), std::move(why_not), nullptr);
        if (!answer && may_pass_in_a_moment(answer.error()))
            co_return answer.error();
        if (!answer)
            refused = answer.error().message;
    }
    auto now = before;
    if (!requests.empty())
        now = co_await observe_parts(account_, undoing);
    if (!now)
        co_return now.error();
    co_return words_of_parts(type, undoing, *now, refused);
}

// Remembers that the undo is under way: it is looked at again.
task<optional_reason> action_executor::go_on_later(action undoing, std::string why)
{
    static_cast<void>(co_await terms_.record(std::move(undoing)));
    co_return why;
}

task<optional_reason> action_executor::verify_undo(action action, result<write_answer> answer)
{
    const auto& type = type_of(action);
    const auto seen = co_await read_undone(action, answer);
    if (!seen) {
        auto unread = "it was sent, and the object could not be read since: " + seen.error().message;
        co_return co_await go_on_later(std::move(action), std::move(unread));
    }
    const auto* now = there(seen);
    auto why = left_undone(type, action, now, answer);
    if (why) {
        finish(action, action_state::done, "undoing it failed: " + *why);
    } else {
        const auto parts = co_await bring_back_parts(action);
        if (!parts) {
            auto waits =
                fmt::format("it is on again; its {} follow as soon as they can be read and written: {}",
                            type.contain.takes_along, parts.error().message);
            co_return co_await go_on_later(std::move(action), std::move(waits));
        }
        finish(action, action_state::undone, words_of_undo(type, action, now, *parts));
    }
    if (!why && now != nullptr)
        action.seen = now->state;  // as somebody wants it: a value that the API fills in may be another now
    terms_.on_undone(action, why);
    static_cast<void>(co_await terms_.record(std::move(action)));
    co_return why;
}

}  // namespace trunkwarden
