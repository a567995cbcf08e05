#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The path of one object of the type, with "{id}" in place of its address; it need not be one that the API
// reads.
std::string path_of_one(const resource_type& type);

// The target that reads one object alone; `address` is what the API's paths call it
// (object_heading::address), and is percent-encoded. nullopt for what is seen in its list only, and for an
// address that names nothing.
std::optional<std::string> object_target(const resource_type& type, std::string_view address);

}  // namespace trunkwarden
