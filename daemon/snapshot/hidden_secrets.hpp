#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The secret fields of which at least one object shows a mask instead (snapshot/fingerprint.hpp), in the
// order of the catalogue.
std::vector<std::string_view> hidden_secrets(const resource_type& type, const object_list& objects);

// For people: how such fields are watched. "password is not shown by the API: ...".
std::string words_for_hidden(const std::vector<std::string_view>& fields);

}  // namespace trunkwarden
