#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "findings/ledger.hpp"
#include "support/async/async.hpp"
#include "watch/observe_list.hpp"

// One list from top to bottom: observe → diff → apply → publish. `run`, `check`, `lockdown`, `baseline
// capture` and `init` read an account through this page.

namespace trunkwarden {

// How much of its list a reading shows that did not fail: the gap may be an object that could not be read, or
// one that the API counts and the list does not show.
extent extent_of(const account_view& view, const polled_list& list, const list_contents& contents);

// Reads every list of the account once and records objects and coverage; evaluates nothing.
task<> observe_account(account& account);

// The same, and compares the lists of connections with the numbers that the API reports beside them: a list
// that is short counts as read in part.
task<> observe_account_by_count(account& account);

// Reads one list, evaluates it and publishes the events.
task<> sweep_list(account& account, polled_list& list);

// Reads every list of the account once, evaluates it and publishes the events.
task<> sweep(account& account);

// End-of-sweep work: evaluates what no list covers, and refreshes titles with object names learned meanwhile.
void end_sweep(account& account);

// Reads one object by id and evaluates it at once, without waiting for the next full list: it can open
// findings but never resolves any. Returns true if the object exists and the API allows reading it
// individually.
task<bool> sweep_object(account& account, std::size_t resource, std::string address);

// The last two steps alone: takes the deviations of one resource into the ledger and publishes the events.
void record_deviations(account& account, std::size_t resource, std::vector<deviation> deviations,
                       const observation& observation);

}  // namespace trunkwarden
