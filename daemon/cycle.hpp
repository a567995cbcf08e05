#pragma once

#include "account.hpp"
#include "support/async.hpp"

namespace trunkwarden {

// Reads every list of the account once and judges what it saw.
task<> sweep(account& watched);

// Reads one list and judges the resources that look at it.
task<> read_and_judge(account& watched, watched_list& list);

// What is due when every list was read: the unseen is judged, and findings are worded with the names now known.
void end_sweep(account& watched);

// Judges what no list shows: two-factor authentication, and readings that have failed for too long.
void judge_the_unseen(account& watched);

}  // namespace trunkwarden
