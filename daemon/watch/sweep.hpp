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

// One list from top to bottom: observe → diff → apply → publish. `run`, `check`, `lockdown`, `baseline
// capture` and `init` read an account through this page.

namespace trunkwarden {

// One reading of a list. A partial one proves presence, never absence.
struct list_observation {
    // When the reading failed: the pages before that. When the list kept changing: the objects that each of
    // its readings showed.
    std::shared_ptr<const list_contents> contents;
    std::optional<failure> failed;  // why the reading is not complete
    time_point began;
};

// How much of its list a reading shows that did not fail: what is missing may be an object that could not be
// read.
extent extent_of(const list_contents& contents);

// Hears of each page of a list that is made of answers, as soon as it is read.
using page_listener = std::function<void(const list_contents::page&)>;
inline void ignore_page(const list_contents::page&) {}

// Reads one list of the view from the API. Of the view it changes only when the API last answered for the
// list.
task<list_observation> observe(account_io& io, const poll_settings& poll, const account_view& view,
                               polled_list& list, const page_listener& on_page);

// Reads every list of the account once and records objects and coverage; evaluates nothing.
task<> observe_account(account& account);

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
                       const observation& how);

}  // namespace trunkwarden
