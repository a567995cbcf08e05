#pragma once

#include <SQLiteCpp/Database.h>
#include <string>

#include "state/state_file.hpp"

// How much the state file holds at most, so that a start never reads more than that. Each function works on
// an index that holds all it needs, and reads no records. All throw SQLite::Exception. Only state/ includes
// this.

namespace trunkwarden {

// The newest audit events of each account. Those of one account only, and those of all.
std::size_t forget_audit_events(SQLite::Database& in, const std::string& account);
std::size_t forget_audit_events(SQLite::Database& in);

// Of each account: findings that resolved, and actions that ended.
std::size_t forget_resolved_findings(SQLite::Database& in);
std::size_t forget_ended_actions(SQLite::Database& in);

}  // namespace trunkwarden
