#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"
#include "containment/lockdown_folder.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Writes every object down as it is, of the lists of which no earlier run did. Fails when that cannot be
// written; everything that cannot be read, or only in part, is named in `holes` (a list, or an object by its
// place), and is read again by the next run.
task<result<void>> keep_evidence(account& watched, lockdown_folder& folder, std::vector<std::string>& holes);

}  // namespace trunkwarden
