#pragma once

#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

// The text of an option that others will read, such as a reason: one line that holds no invisible characters.
// Fails with bad_usage where it is empty, longer than 1000 bytes, or no UTF-8.
result<std::string> one_line(const std::string& text, std::string_view option);

}  // namespace trunkwarden
