#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "account/account.hpp"
#include "findings/ledger.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Whether a complete reading of a list hides an object. Each page is read at another moment: somebody who
// deletes an object of a page that was read, and creates one on a page that was not, moves an object from the
// second to the first unseen, while all counts agree. So each object that has an open finding and is not on a
// list of several pages is asked for alone, the most severe first, 25 at most. Returns a failure (moved) when
// one is there, and the API's failure when it could not be asked for. Objects that the API does not show
// alone are not asked for, and a list that does not show the same object five times in a row is believed.
task<std::optional<failure>> find_hidden_object(account& account, polled_list& list,
                                                std::shared_ptr<const list_contents> contents);

// Of a list that is not read whole, the findings that give way because too many were not shown
// (ledger::unseen_surplus). The objects of the most severe 25 that still work are asked for alone, of these
// the oldest first: somebody who makes a thousand objects to push out one has to make them after it. Those
// that are there were seen, and are none of the surplus any more.
task<ledger::asked_objects> ask_for_unseen(account& account, polled_list& list, std::size_t resource,
                                           observation observation);

}  // namespace trunkwarden
