#pragma once

#include <cstddef>
#include <string>

#include "state/statement_runner.hpp"

// How much the state file holds at most, so that a start never reads more than that. Each function works on
// an index that holds all it needs, and reads no records. All throw as the statement_runner does. Only state/
// includes this.

namespace trunkwarden {

// The newest audit events of each account. Those of one account only, and those of all.
std::size_t forget_audit_events(statement_runner& in, const std::string& account);
std::size_t forget_audit_events(statement_runner& in);

// Of each account: findings that resolved, and actions that ended.
std::size_t forget_resolved_findings(statement_runner& in);
std::size_t forget_ended_actions(statement_runner& in);

}  // namespace trunkwarden
