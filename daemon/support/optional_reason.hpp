#pragma once

#include <optional>
#include <string>

namespace trunkwarden {

// Why something is wrong, or not done, as a sentence or a clause; nullopt when nothing is wrong.
using optional_reason = std::optional<std::string>;

}  // namespace trunkwarden
