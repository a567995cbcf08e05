#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "account/account.hpp"
#include "fetch/request_priority.hpp"
#include "support/async/async.hpp"

// One list as the API shows it now. The meaning of an answer depends on what the account is known to have.

namespace trunkwarden {

// One reading of a list. A partial one proves presence, never absence.
struct list_observation {
    // When the reading failed: the pages before that. When the list kept changing: the objects that each of
    // its readings showed.
    std::shared_ptr<const list_contents> contents;
    std::optional<failure> failed;  // why the reading is not complete
    time_point began;
};

// When a reading of the list is due, and how urgent it is.
request_priority priority_of(const account_io& io, const poll_settings& poll, const account_view& view,
                             const polled_list& list);

// Receives each page of a list that is made of answers, as soon as it is read, and when it was asked for.
using page_listener = std::function<void(const list_contents::page&, time_point)>;
inline void ignore_page(const list_contents::page&, time_point) {}

// Reads one list of the view from the API. It changes the view only in the time of the API's last answer for
// the list, and in the answers that it has. A list that is made of answers is asked for in rounds
// (account/question_rounds.hpp).
task<list_observation> observe(account& account, polled_list& list, const page_listener& on_page);

// One reading of a list, as observe() makes it. For a product that the account does not have, a complete one
// without objects. API keys that the settings do not place are read from Telnyx IAM; where that is forbidden
// or not there, from the list that Telnyx does not document, unless IAM was ever read: a thief who can take
// the right to see IAM away must not choose what is read instead.
task<list_observation> observe_here(account& account, polled_list& list, const page_listener& on_page);

}  // namespace trunkwarden
