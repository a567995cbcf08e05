#pragma once

#include <string>
#include <vector>

#include "account/account.hpp"

namespace trunkwarden {

// A sentence for each thing that the API refuses to say, beside the lists and in them: without it less is
// proven, but every object is still watched.
std::vector<std::string> not_proven(const account& watched);

}  // namespace trunkwarden
