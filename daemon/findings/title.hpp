#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "diff/deviation.hpp"

namespace trunkwarden {

// Names of the objects that others point to by id: connections, applications, profiles.
using object_names = std::unordered_map<std::string, std::string>;

// One line that says what was found: "Unknown SIP IP 192.0.2.66:5060 on connection office-pbx". The one place
// that words a finding. Not escaped: it may hold what a thief wrote into a name.
std::string title_of(const deviation& deviation, const object_names& names);

}  // namespace trunkwarden
