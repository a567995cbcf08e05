#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "fetch/fetch_list.hpp"
#include "fetch/request_priority.hpp"
#include "support/async/async.hpp"

// Lists that the API does not have: they are made of one answer for each object of other resources
// (resource_type::asks_about).

namespace trunkwarden {

struct question {
    std::string target;                  // path and query
    std::string address;                 // of the answer: the id of the object that the target is about
    std::string_view listed_under = {};  // asked_about::listed_under
    asked_about::not_found when_not_found = asked_about::not_found::is_none;
    bool is_named = false;                     // the baseline names the object
    std::optional<time_point> listed_at = {};  // when the list that shows the object was last read
    std::size_t place = 0;                     // among all questions about the list
    friend bool operator==(const question& a, const question& b)
    {
        return a.target == b.target && a.address == b.address && a.listed_under == b.listed_under &&
               a.when_not_found == b.when_not_found;
    }
};

enum class question_end {
    answered,   // also by "there is none", or by something that cannot be read
    not_found,  // the API cannot say whether there is one; the object may be gone
    failed,
};

struct questions {
    std::vector<question> all;            // each target once
    std::vector<std::string> cannot_ask;  // a sentence for each object that is there and cannot be read
    std::optional<failure> failed;        // why other objects may be there that are not asked about
};

// So many are asked in one reading: an intruder who adds connections decides how many there are.
inline constexpr std::size_t max_questions = 1000;
// So many pages may one answer have that is a list, in a reading that waits for its turns: an intruder who
// adds objects decides how many there are, and each page delays the next question.
inline constexpr std::size_t max_answer_pages = 20;
// The same where nothing is waited for: in the first reading of a process (check, lockdown, the daemon's
// start), and to act on one object. An object that he hid behind many others is found then.
inline constexpr std::size_t max_pages_at_once = 400;

// The numbers of pages that belong to each question: its pages, and one for what cannot be read of its
// answer.
inline constexpr std::size_t numbers_each = max_pages_at_once + 1;

// By what the lists of the view last showed; those about objects that the baseline names come first.
questions questions_of(const account_view& view, const resource_type& type, const baseline& trusted = {});

// Those whose answers show the object with this address, where that is known: the others do not matter then.
// Else all of them.
questions questions_about(const account_view& view, const resource_type& type, std::string_view address);

// The one whose answer lists the objects of this resource that belong to the object with this address,
// whether or not a list of the view shows that.
questions questions_under(const resource_type& type, std::string_view owner);

// Whether a list is made of answers, and one that it depends on was never tried.
bool waits_for_other_lists(const account_view& view, const polled_list& list);

// Waits for a turn: any two questions of the account keep this distance, so that all that watches its use
// stays within its share of the requests.
task<> await_turn(account_io& io, duration pause);

struct asking {
    request_priority priority = urgency::other;
    duration pause = duration(0);               // between two of them, over all lists of the account
    std::size_t side_by_side = 1;               // in flight, after the answer to the first one
    std::size_t most_pages = max_answer_pages;  // of an answer that is a list
    // The number of its page, which was taken, and when it was asked for.
    std::function<void(const question&, std::size_t, time_point)> on_answer = [](const question&, std::size_t,
                                                                                 time_point) {};
    // The number of a page that says why an answer cannot be read.
    std::function<void(const question&, std::size_t)> on_left_out = [](const question&, std::size_t) {};
    std::function<void(const question&, question_end)> on_end = [](const question&, question_end) {};
    // Whether the caller looks after those that end with not_found: they fail nothing here.
    bool leaves_not_found = false;
};

// Reads a list that is made of answers: each of them is a page, or several. Success means that every question
// was answered; "not found" is an answer. A question that fails does not keep the others from being asked,
// unless the API takes no more requests or rejects the key: then those in flight are the last ones.
task<result<std::size_t>> ask_questions(account_io& io, const resource_type& type, const questions& asked,
                                        page_sink& into, const asking& asking);

}  // namespace trunkwarden
