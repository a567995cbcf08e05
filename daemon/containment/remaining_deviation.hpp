#pragma once

#include <optional>

#include "account/account.hpp"
#include "containment/observed_object.hpp"
#include "diff/deviation.hpp"

namespace trunkwarden {

// How an object still deviates after something was done to it; nothing when it does not, or when `now` is
// nullptr: it is not there, or could not be read.
std::optional<deviation> remaining_deviation(const account& watched, const observed_object* now);

}  // namespace trunkwarden
