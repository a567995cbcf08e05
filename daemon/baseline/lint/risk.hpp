#pragma once

#include <string>
#include <string_view>

#include "catalogue/resource_type.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Why trusting this value of a field deserves a second look; nullopt when it does not. The risk follows from
// the field's row in the catalogue: a bypass that is on, a protection that is off, a limit that is not set, a
// number that costs dearly, an address that is not HTTPS. `value` is canonical; "" is no value. Only severe
// limits and protections count: a number without a deletion lock is as every number is.
optional_reason risk_of(const resource_type& type, const watched_field& field, std::string_view value);

// The same for a pattern with a wildcard: whether something it covers is dangerous.
optional_reason risk_of_pattern(const resource_type& type, const watched_field& field,
                                std::string_view pattern);

}  // namespace trunkwarden
