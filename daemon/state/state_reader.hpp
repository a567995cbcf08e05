#pragma once

#include <SQLiteCpp/Database.h>

#include "state/state_file.hpp"

namespace trunkwarden {

// Everything that an earlier run left. Throws SQLite::Exception.
kept_state read_all(SQLite::Database& from);

}  // namespace trunkwarden
