#pragma once

#include <vector>

#include "account/account.hpp"
#include "catalogue/allowed_writes.hpp"
#include "cli/reading_progress.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Accounts that can ask the API. When this ends, it disconnects them: it must end before the io_context that
// the connections belong to, before the accounts, and before the `progress` that is notified of every answer.
class connected_accounts {
public:
    connected_accounts() = default;
    ~connected_accounts();
    connected_accounts(const connected_accounts&) = delete;
    connected_accounts& operator=(const connected_accounts&) = delete;

    // Without `writes` nothing can change the account. Fails as create_https_api_client does.
    result<void> connect(account& watched, secret key, reading_progress& progress,
                         allowed_writes writes = {});

private:
    std::vector<account*> accounts_;
};

}  // namespace trunkwarden
