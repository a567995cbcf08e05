#pragma once

#include <cstdint>
#include <vector>

#include "state/state_file.hpp"
#include "state/statement_runner.hpp"

namespace trunkwarden {

// Everything that an earlier run left. Throws as the statement_runner does.
kept_state read_all(statement_runner& from);

// Messages by number. Of bodies so many bytes: critical ones first, those that still wait before dead ones;
// the others come without a body. Throws as the statement_runner does.
std::vector<delivery> read_deliveries(statement_runner& from, std::int64_t max_bytes);

}  // namespace trunkwarden
