#pragma once

#include <string>

#include "catalogue/resource_type.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "fetch/api_client.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"

// The judgement of an undo by the object as it is before and after it. Pure.

namespace trunkwarden {

// Why an undo did not restore the object, as far as the API takes what was there before. `now` is nullptr
// when it is not there.
optional_reason left_undone(const resource_type& type, const action& action, const observed_object* now,
                            const result<write_answer>& answer);

// How an undo that succeeded left the object, for people. `parts` are the words about what went off with it.
std::string words_of_undo(const resource_type& type, const action& action, const observed_object* now,
                          const std::string& parts);

// Why an undo is not begun: somebody changed the object after the action, and it would take that back, too.
optional_reason changed_since(const resource_type& type, const action& action, const observed_object& now);

}  // namespace trunkwarden
