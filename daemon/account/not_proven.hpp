#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"

namespace trunkwarden {

// A sentence for each source that the API refuses, beside the lists: without it less is proven, and nothing
// is missing from what is watched.
std::vector<std::string> not_proven(const account_view& view, const account_memory& memory);

}  // namespace trunkwarden
