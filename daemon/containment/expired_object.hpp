#pragma once

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Whether an object that a request would switch off is off already, because the time in its `expires_at` is
// over: an expired API key opens nothing, and the API refuses to switch it off.
bool has_expired(const resource_type& type, const object_view& object, time_point now);

}  // namespace trunkwarden
