#pragma once

#include "account/account.hpp"
#include "support/async/async.hpp"
#include "support/async/thread_aside.hpp"

namespace trunkwarden {

// Reads every list of the account once and judges what it saw.
task<> sweep(account& watched);

// Reads one list and judges the resources that look at it.
task<> read_and_judge(account& watched, watched_list& list);

// Reads one object by its id and judges it by itself: what is wrong with it is told without waiting for its
// list. Whether there is such an object, and it could be read alone.
task<bool> read_and_judge_one(account& watched, std::size_t resource, std::string address);

// Tells what audit events that were not seen before show by themselves, and whom the log names for what is
// open.
void tell_of_audit_events(account& watched, const std::vector<audit_event>& fresh);

// Judges what was read last by the baseline that is in force now, on the thread aside: a hundred thousand
// objects take a while. What is read meanwhile is judged by it anyway.
task<> judge_again(account& watched, thread_aside& aside);

// The same for the resource of this name, at once.
void judge_again(account& watched, std::string_view name);

// What is due when every list was read: the unseen is judged, and findings are worded with the names now
// known.
void end_sweep(account& watched);

// Judges what no list shows: two-factor authentication, and readings that have failed for too long.
void judge_the_unseen(account& watched);

}  // namespace trunkwarden
