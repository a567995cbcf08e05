#pragma once

#include <optional>
#include <string>

#include "account/account.hpp"
#include "containment/action.hpp"
#include "containment/execution.hpp"
#include "containment/observed_object.hpp"
#include "fetch/api_client.hpp"
#include "support/async/async.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The decisions and notes of an action's owner, the quarantine or a lockdown, about its execution.
class execution_terms {
public:
    virtual ~execution_terms() = default;

    // The object was just read; `now` is nullptr when it is not there. Completes a step whose request depends
    // on the object, or says why nothing is sent.
    virtual optional_reason objection(execution& execution, const observed_object* now) = 0;

    // Asks the API once more, right before the step is recorded and sent, for what it rests on beside its
    // object: objection() and last_objection() judge by that. Returns why the step must not be sent. Fails
    // when that could not be asked: the same step may be tried again.
    virtual task<result<optional_reason>> ask_again(const action&)
    {
        co_return result<optional_reason>(optional_reason());
    }

    // Why the step must not be sent at this moment, on the object as it was just read. Asked right before the
    // first byte leaves, after any wait before.
    virtual optional_reason last_objection(const action& step, const observed_object& now) = 0;

    // Why no undo may be sent at this moment; asked at the same point.
    virtual optional_reason obstacle_to_undo(const action&) { return std::nullopt; }

    // Writes the action down as it is now. When this succeeds, it is on the disk; when it fails, nothing is
    // sent.
    virtual task<result<void>> record(action action) = 0;

    // The API took the request. Fails when the answer lacks what the step was for. A secret that the API made
    // is noted in `of.fresh`, so that the object is compared with it.
    virtual result<void> on_answer(execution& /*of*/, const write_answer&) { return {}; }

    // The request was sent, and the action is done, failed or unverified; called before that is recorded.
    // `now` is the object as it was read since, nullptr when it is not there or could not be read.
    virtual void on_executed(const action& ended, const observed_object* now) = 0;

    // The request that takes the action back was sent; `why_not` says why it is not undone. Called before
    // that is recorded.
    virtual void on_undone(const action&, const optional_reason& /*why_not*/) {}
};

// The only code that sends a request which changes an account. Each step goes the same way: read the object,
// check, record, check again, send, read the object again, compare, record. A process that ends in between
// leaves a record from which resume() and resume_undo() find out what became of the request, before anything
// is sent again.
class action_executor {
public:
    action_executor(account& account, execution_terms& terms) : account_(account), terms_(terms) {}

    // Carries the action out. Returns it stale, done, failed or unverified. Fails when nothing was changed
    // because the object could not be read, the action could not be recorded, or the API took no more
    // requests: the same action may be tried again. After 429 it starts over with reading the object, three
    // times in all; so does a PATCH after 409, which says that another change of the object is under way.
    task<result<action>> execute(action planned);

    // Finds out what became of an action that is sending or unverified. Returns it stale when its request
    // never took effect, else done, failed or unverified. Fails when the object cannot be read.
    task<result<action>> resume(action sent);

    // Takes back an action that is done or failed. Returns why it is not undone; nothing when it is.
    task<optional_reason> undo(action done);

    // Finds out what became of an action that is undoing. Returns as undo() does.
    task<optional_reason> resume_undo(action undoing);

    // Whether a request has left and has no answer yet.
    bool is_sending() const { return on_their_way_ > 0; }

private:
    using observed = result<std::optional<observed_object>>;

    const resource_type& type_of(const action& action) const;
    task<observed> read(const action& action);
    task<observed> read_created(const action& action);
    task<observed> read_undone(action& action, const result<write_answer>& answer);
    task<result<action>> execute_once(action planned, int attempt);
    task<> wait_before(int next_attempt, const failure& why) const;
    std::optional<failure> take_answer(execution& execution, const observed_object& before,
                                       const write_answer& answer);
    task<action> verify(execution execution, std::optional<failure> refused);
    task<result<optional_reason>> undo_once(action done, int attempt);
    task<result<write_answer>> send_undo(const action& undoing, api_write request,
                                         const observed_object* now);
    task<optional_reason> verify_undo(action action, result<write_answer> answer);
    task<result<std::string>> bring_back_parts(const action& undoing);
    task<optional_reason> go_on_later(action undoing, std::string why);
    task<action> end(action action, action_state state, std::string outcome);
    void finish(action& action, action_state state, std::string outcome) const;

    // Sends, once `may_not` has no reason any more to keep it back. A refusal repeats no secret of the object
    // that the request is about, nullptr when it is not there.
    task<result<write_answer>> send(api_write request, last_check may_not, const observed_object* about);

    account& account_;
    execution_terms& terms_;
    int on_their_way_ = 0;  // requests
};

}  // namespace trunkwarden
