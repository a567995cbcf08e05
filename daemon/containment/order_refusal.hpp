#pragma once

#include <string_view>

#include "containment/action.hpp"
#include "support/result.hpp"

// Why an order of a person about an action cannot be carried out, with what is possible instead. Pure.

namespace trunkwarden {

failure no_such_action(std::string_view id);

// `wanted` is a participle: "approved".
failure not_possible(const action& action, std::string_view wanted);

// Whether it is possible is not known in time.
failure still_unsettled(const action& action, std::string_view wanted);

}  // namespace trunkwarden
