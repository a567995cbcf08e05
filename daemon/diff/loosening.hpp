#pragma once

#include <string_view>

#include "baseline/baseline.hpp"
#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// Whether `actual` is looser than everything the constraint accepts: a limit raised or lifted, a set widened,
// a protection switched off. Called for a field that differs.
bool got_looser(const watched_field& field, const constraint& expected, std::string_view actual);

}  // namespace trunkwarden
