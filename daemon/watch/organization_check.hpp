#pragma once

#include <string>

#include "account/account.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// The organisation that the API key belongs to; "" when no answer names it. Asks /whoami (undocumented, but
// seen everywhere), then documented lists whose items name their organisation.
task<std::string> organization_of_key(api_client& api);

// Finds out whether the API key belongs to the organisation that the baseline pins, and notes it in
// `watched.view.organization`.
task<> check_organization(account& watched);

}  // namespace trunkwarden
