#pragma once

#include <string_view>

#include "snapshot/json_text.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The list "data" of a report that was read as JSON, or not; valid as long as that is. `name` is that of the
// request in sentences. Fails with not_understood, or as the reading did.
result<simdjson::dom::array> data_of(const result<json_element>& answer, std::string_view name);

}  // namespace trunkwarden
