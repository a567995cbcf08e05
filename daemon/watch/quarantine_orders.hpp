#pragma once

#include <functional>
#include <string>
#include <utility>

#include "containment/quarantine.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Orders of people about the actions of one account. Each order completes when the action was executed or
// definitely was not; when the process was interrupted while the action's request was on its way, it waits
// until it is known what became of that. They fail with not_found when it is no action of this account, with
// bad_usage, and with timed_out.
class quarantine_orders {
public:
    // `wake` makes the quarantine look at what is to be done.
    quarantine_orders(quarantine& guard, std::function<void()> wake) : guard_(guard), wake_(std::move(wake))
    {
    }

    task<result<action>> approve(std::string id, std::string by);
    task<result<action>> reject(std::string id, std::string reason, std::string by);
    task<result<action>> undo(std::string id, undo_order order);

    // Ends when no request that changes the account is on its way any more; false when one still is after a
    // minute.
    task<bool> until_nothing_is_sent();

private:
    task<result<void>> until_settled(std::string id, std::string done);
    task<result<action>> carried_out(std::string id);

    quarantine& guard_;
    std::function<void()> wake_;
};

}  // namespace trunkwarden
