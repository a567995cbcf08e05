#pragma once

#include "account/account.hpp"
#include "snapshot/organization.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// The organisation that the API key belongs to, and its user; "" what no answer names. Asks /whoami
// (undocumented, but seen everywhere), then documented lists whose items name their organisation.
task<key_owner> owner_of_key(api_client& api);

// Finds out whether the API key belongs to the organisation that the baseline pins, and notes it in
// `watched.view.organization`, and in `watched.memory.people` whose it is.
task<> check_organization(account& watched);

}  // namespace trunkwarden
