#pragma once

#include "settings/settings.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// From password_file or password_credential; an empty one when neither is set. The sentence of a failure
// names the place, never what was found there.
result<secret> read_database_password(const database_settings& database);

}  // namespace trunkwarden
