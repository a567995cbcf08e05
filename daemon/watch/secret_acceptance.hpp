#pragma once

#include <string_view>

#include "account/account.hpp"

namespace trunkwarden {

// Takes the changed secrets that an open finding shows for the right ones: those that it saw, not what they
// may be by now. Fails with not_found when it is no finding of this account, with bad_usage when no secret
// changed or when the finding is in another state than this one (finding_state.hpp). The account is to be
// judged again afterwards.
result<finding> accept_changed_secrets(account_memory& memory, std::string_view id, std::string_view state);

}  // namespace trunkwarden
