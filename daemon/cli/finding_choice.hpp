#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

// Whether it is a whole id: "f-" and 12 hex digits.
bool is_whole_id(std::string_view id);

// The id of the one finding whose id begins with `written`; `findings` is what /api/v1/findings shows. At
// least 6 digits after "f-", so that a slip of the finger names nothing rather than something else. Fails
// with bad_usage, not_found, or not_understood; when several fit, the sentence lists them.
result<std::string> choose_finding(std::string_view written, const boost::json::value& findings);

}  // namespace trunkwarden
