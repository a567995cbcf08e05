#pragma once

#include <SQLiteCpp/Database.h>
#include <cstdint>
#include <vector>

#include "state/state_file.hpp"

namespace trunkwarden {

// Everything that an earlier run left. Throws SQLite::Exception.
kept_state read_all(SQLite::Database& from);

// Messages by number. Of bodies so many bytes: critical ones first, those that still wait before dead ones;
// the others come without a body. Throws SQLite::Exception.
std::vector<delivery> read_deliveries(SQLite::Database& from, std::int64_t max_bytes);

}  // namespace trunkwarden
