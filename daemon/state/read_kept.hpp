#pragma once

#include "state/state_file.hpp"

namespace trunkwarden {

// For commands, beside a running daemon: everything that an earlier run left, read only and without the lock.
// Fails with not_found or bad_file.
result<kept_state> read_kept(const state_place& place);

}  // namespace trunkwarden
