#pragma once

#include <vector>

#include "cli/report/check_report.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Reads every list of these accounts once and judges it, side by side; how far it has come shows on stderr
// while that is a terminal. `keys` are theirs, in their order. Fails before anything is read, when an account
// cannot be asked at all; what could not be read of it later stands in account_view::coverage.
result<void> check_accounts(account_list& accounts, std::vector<secret> keys);

}  // namespace trunkwarden
