#pragma once

#include <cstdint>
#include <vector>

#include "state/state_file.hpp"
#include "state/statement_runner.hpp"

namespace trunkwarden {

// Parts of it, for those that need no more; the first two without the records that this version cannot read.
std::vector<finding> read_open_findings(statement_runner& from);
std::vector<finding> read_all_findings(statement_runner& from);
std::vector<action> read_actions_only(statement_runner& from);
kept_state read_balances_only(statement_runner& from);
kept_state read_secrets_only(statement_runner& from);

// Everything that an earlier run left. Throws as the statement_runner does.
kept_state read_all(statement_runner& from);

// Messages by number. Of bodies so many bytes: critical ones first, those that still wait before dead ones;
// the others come without a body. Throws as the statement_runner does.
std::vector<delivery> read_deliveries(statement_runner& from, std::int64_t max_bytes);

}  // namespace trunkwarden
