#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "diff/deviation.hpp"

namespace trunkwarden {

// An object through which a use of the account goes, as its list last showed it.
struct carrier_in_use {
    std::size_t resource = 0;  // its place in account_config::types
    std::string id;
    std::string address;
};

// The objects that are switched off to stop the use that a finding is about, by what the finding proves:
// those that it names (resource_type::carried_by). `unread` names the resources whose lists were not read, so
// that more objects may carry the use.
struct carriers {
    std::vector<carrier_in_use> on;  // those that are off already are left out
    std::vector<std::string> unread;
};
carriers carriers_of(const account& watched, const deviation& found);

}  // namespace trunkwarden
