#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

// Whether `written` is a finding's id, "f-" and 12 hex digits, or its beginning: at least 6 digits, so that a
// slip of the finger names nothing rather than something else. Fails with bad_usage.
enum class id_extent : std::uint8_t { whole, beginning };
result<id_extent> extent_of_id(std::string_view written);

// The id of the one finding whose id begins with `written`; `findings` is what /api/v1/findings shows. Fails
// with bad_usage, not_found, or not_understood; when several fit, the sentence lists them.
result<std::string> choose_finding(std::string_view written, const boost::json::value& findings);

}  // namespace trunkwarden
