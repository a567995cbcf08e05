#pragma once

#include <vector>

#include "cli/report/check_report.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Reads and judges every list of these accounts once, the accounts side by side, with progress on a terminal.
// `keys` belong to the accounts in their order. Fails before anything is read when no request can be sent for
// an account; account_view::coverage holds the lists that could not be read.
result<void> check_accounts(account_list& accounts, std::vector<secret> keys);

}  // namespace trunkwarden
