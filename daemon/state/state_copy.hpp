#pragma once

#include <cstddef>

#include "state/state_file.hpp"

namespace trunkwarden {

// Copies all that one place keeps to another, in one transaction, and then reads both and compares them.
// Holds the locks of both: no daemon may use them. Fails with bad_usage for a target that keeps something
// already, and with bad_file or not_found; then the target keeps nothing, or it is said that it is not the
// same. Returns how many rows.
result<std::size_t> copy_state(const state_place& from, const state_place& to);

}  // namespace trunkwarden
