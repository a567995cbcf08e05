#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "containment/action.hpp"
#include "containment/action_executor.hpp"
#include "containment/action_history.hpp"
#include "containment/action_note.hpp"
#include "containment/carriers.hpp"
#include "containment/observe_object.hpp"
#include "containment/plan.hpp"
#include "containment/plan_queue.hpp"
#include "containment/reload_grace.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/optional_reason.hpp"
#include "use/running_calls.hpp"

namespace trunkwarden {

// Where actions are written down before anything is sent: the state file, or a test's memory.
class action_journal {
public:
    virtual ~action_journal() = default;
    // All of it is on the disk when this returns; fails with bad_file, and then nothing may be sent. Actions
    // that could not be written may be written later all the same.
    virtual task<result<void>> write(std::vector<action> changed) = 0;

    // Goes to the disk after everything that was given to write() before, and together with or before
    // everything that is given to it later. Nothing waits for it. `forgotten` are ids.
    virtual void write_later(std::vector<action> changed, std::set<std::string> forgotten) = 0;
    virtual optional_reason trouble() const = 0;  // why nothing can be written
};

struct undo_order {
    bool while_frozen = false;  // also while the quarantine is frozen
    std::string by = {};        // the person who gives it
};

// Puts one account right, within limits and reversibly: decides when something may be done, plans, and keeps
// the journal. Everything happens in reconcile(), one step after another; orders only say what the
// next call is to do. The action_executor sends.
class quarantine final : private execution_terms {
public:
    // `on_state_change` is called with every action whose state changed. `before_acting` is called before
    // anything is done about a plan: findings are published and written down first, because an object that is
    // removed is not found again after a crash.
    quarantine(account& watched, action_journal& journal, std::function<void(const action&)> on_state_change,
               std::function<void()> before_acting);

    void set_policy(const quarantine_settings& policy) { policy_ = policy; }
    void restore(std::vector<action> kept);

    // Sets the function that receives how many actions were forgotten, because there were too many or they
    // are old.
    void on_forgotten(std::function<void(std::size_t)> heard) { forgotten_ = std::move(heard); }

    // From outside: why nothing may be done at the moment ("frozen since …"); nullopt allows it.
    void forbid(optional_reason why) { forbidden_ = std::move(why); }
    const optional_reason& forbidden() const { return forbidden_; }

    // Whether a request that changes the account has left and has no answer yet; until_changed() wakes when
    // it has.
    bool is_sending() const { return executor_.is_sending(); }

    // A sweep of the account ended.
    void end_sweep();

    // The active baseline is no longer `before`. Objects that `before` trusted are not acted on automatically
    // for a while: the file may be saved by half, or be the wrong one.
    void baseline_replaced(std::shared_ptr<const baseline> before)
    {
        baseline_since_ = watched_.io.now();
        grace_.add(std::move(before), *baseline_since_);
    }

    // The account is reached with another key: whose it is has to be asked again.
    void key_replaced() { own_user_.reset(); }

    // Does all work that is due: actions that were under way when the process ended, orders of people, new
    // plans.
    task<> reconcile();

    // Orders, with the person who gives them, as far as that is known (action::decided_by). They fail with
    // not_found, or with bad_usage and a sentence that says what is possible.
    result<action> approve(std::string_view id, std::string by = {});
    task<result<action>> reject(std::string id, std::string reason, std::string by = {});
    result<action> ask_to_undo(std::string_view id, undo_order order = {});

    // Ends when it is known what became of the action's last request: after a restart that takes a round.
    // Fails with timed_out when it is not known by `latest`, and with a sentence in which nothing is `done`.
    task<result<void>> until_settled(std::string id, std::string done, async_event::moment latest);

    // Why the last attempt to undo this action did not begin; it is forgotten by asking.
    optional_reason why_not_undone(const std::string& id);
    bool is_to_be_undone(const std::string& id) const { return to_undo_.contains(id); }

    // Until an action or an order may have changed, or until `latest`.
    task<> until_changed(async_event::moment latest) { return changed_.wait_until(latest); }

    const action* find(std::string_view id) const { return history_.find(id); }
    const std::vector<action>& actions() const { return history_.all(); }
    const std::vector<refused_step>& refused() const { return refused_; }
    const refusal_counts& refusals() const { return refusals_; }

    // Why nothing is done in the account now.
    optional_reason obstacle() const;

private:
    optional_reason objection(execution& execution, const observed_object* now) override;
    task<result<optional_reason>> ask_again(const action& step) override;
    optional_reason last_objection(const action& step, const observed_object& now) override;
    optional_reason obstacle_to_undo(const action& action) override;
    task<result<void>> record(action step) override;
    void on_executed(const action& ended, const observed_object* now) override;
    void on_undone(const action& ended, const optional_reason& why_not) override;

    plan_context now() const;

    task<> resume_interrupted();
    bool is_still_wanted(const action& action) const;
    struct ending {
        action_state state{};
        std::string why;
    };
    std::optional<ending> ending_of(const action& action) const;
    std::optional<ending> ending_of_waiting(const action& action, const finding* about) const;
    task<> expire_actions();
    task<> run_requested_undos();
    task<> plan();
    task<std::vector<candidate>> look_at_candidates();
    void note_looks(const std::vector<candidate>& candidates, const containment_plan& planned);
    struct looks_of_a_round {
        std::size_t left = 0;
        std::map<std::string_view, std::string> closed = {};  // why no more requests are sent, by resource
    };
    // An object that has its turn for a finding; `words` begin a sentence about it.
    struct object_in_turn {
        const finding* about = nullptr;
        std::size_t resource = 0;
        std::string address;
        std::string words;
    };
    enum class look_outcome : std::uint8_t { not_asked, unreadable, read };
    struct look {
        look_outcome outcome = look_outcome::not_asked;
        std::optional<observed_object> object = {};  // nothing when it is not there
    };
    task<look> look_at(object_in_turn turn, looks_of_a_round& looks);
    // A place in account_config::types, and an id.
    using carrier_place = std::pair<std::size_t, std::string>;
    struct carrier_of {
        const finding* about = nullptr;
        carrier_in_use way;
    };
    task<> look_at_uses(looks_of_a_round& looks, std::vector<candidate>& out);
    std::vector<carrier_of> carriers_in_turn(std::vector<candidate>& out);
    std::vector<carrier_in_use> to_switch_off(const finding& about);
    carriers still_on(const finding& about) const;
    void settle_uses();
    bool outlives_its_finding(const action& action) const;
    task<> hang_up_calls(action action);
    task<> settle_hang_up(action step, optional_reason held, running_calls calls, call_limit limit);
    task<optional_reason> hang_up_each(action hanging_up, std::vector<std::string> calls);
    bool has_calls_to_try(const action& action, const std::vector<std::string>& calls) const;
    std::size_t hung_up_for(const action& step) const;
    void remember_stopped(const action& action);
    void end_stops();
    void on_stopped(const action& ended);
    task<> keep_plan(std::vector<action> steps);
    task<> execute_due();
    task<> learn_own_user();
    task<result<optional_reason>> ask_own_user_again();
    task<result<optional_reason>> ask_own_key_again();

    task<> end(action action, action_state state, std::string outcome);
    void put(action action);
    void forget_the_past();
    void note(const action& action);
    void note(const action& action, action_note words);
    void note_refused();
    std::map<std::string, std::vector<action>> waiting_steps() const;
    void note_waiting(const std::set<std::string>& findings);
    bool has_been_told(const action& waiting, const finding& about) const;
    void note_what_was_not_told();
    void mark_contained(const action& action, const observed_object* now);

    account& watched_;
    action_journal& journal_;
    action_executor executor_;
    std::function<void(const action&)> on_state_change_;
    std::function<void()> before_acting_;
    std::function<void(std::size_t)> forgotten_ = [](std::size_t) {};
    quarantine_settings policy_;
    optional_reason forbidden_;
    action_history history_;
    std::vector<refused_step> refused_;
    refusal_counts refusals_;
    looks_in_vain in_vain_;
    std::map<carrier_place, time_point> carriers_in_vain_;  // when no step could be planned about them
    std::map<std::string, undo_order> to_undo_;             // by id
    std::map<std::string, std::string> not_undone_;         // why, by action
    std::optional<monitor_identity> own_user_;              // once it was asked
    async_event changed_;
    reload_grace grace_;
    std::vector<finding> uses_;  // that can be stopped
    // Since when the active baseline is known not to have changed: while the daemon did not run, it may have.
    std::optional<time_point> baseline_since_;
    std::vector<finding> recurring_;     // that came back often enough to escalate
    bool has_noted_what_waits_ = false;  // since the start
    std::size_t sweeps_ = 0;
    time_point cycle_began_;
};

}  // namespace trunkwarden
