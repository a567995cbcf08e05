#pragma once

#include <optional>
#include <string>

namespace trunkwarden {

// Unset and set-user-id programs: nullopt. Read before any thread is started that could change it.
std::optional<std::string> environment_variable(const char* name);

}  // namespace trunkwarden
