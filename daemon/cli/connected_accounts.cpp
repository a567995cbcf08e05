#include "cli/connected_accounts.hpp"

#include <utility>

#include "fetch/https_api_client.hpp"

namespace trunkwarden {

connected_accounts::~connected_accounts()
{
    for (auto* const watched : accounts_) {
        watched->io.api.reset();
        watched->io.listener = nullptr;
    }
}

result<void> connected_accounts::connect(account& watched, secret key, reading_progress& progress,
                                         allowed_writes writes)
{
    auto access = access_to(watched.config.settings, watched.config.poll, std::move(key));
    access.writes = std::move(writes);
    access.shown = &watched.memory.fingerprints.known();
    // Nothing else waits for a command, and a lockdown must not give an object up that the API shows in a
    // minute.
    access.retries.short_patience = access.retries.patience;
    auto client = create_https_api_client(std::move(access), progress);
    if (!client)
        return client.error();
    accounts_.push_back(&watched);
    watched.io.api = std::move(*client);
    watched.io.listener = &progress;
    return {};
}

}  // namespace trunkwarden
