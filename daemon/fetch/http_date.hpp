#pragma once

#include <optional>
#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// The date of a header (Date, Retry-After), in each of the three forms that RFC 9110 5.6.7 lets a server
// send: "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994". A
// year of two digits is not more than 50 years after `now`. The name of the day is not compared with the
// date. Returns nothing for any other text.
std::optional<time_point> parse_http_date(std::string_view text, time_point now);

}  // namespace trunkwarden
