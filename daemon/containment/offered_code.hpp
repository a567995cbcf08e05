#pragma once

#include "catalogue/resource_type.hpp"
#include "containment/action.hpp"
#include "fetch/api_client.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Adds to a request that makes an object harmless the code that the catalogue names for it, when the API
// offers that code now. Where the list of codes cannot be read, or has another content, the request stays as
// it is.
task<> add_offered_code(api_client& api, const resource_type& type, action& step);

}  // namespace trunkwarden
