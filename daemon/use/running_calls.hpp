#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/result.hpp"

namespace trunkwarden {

// The calls that run on one connection or application.
struct running_calls {
    std::size_t count = 0;
    std::vector<std::string> ids;  // call_control_id of those that the page shows and that can be read
};

// From a page of GET /connections/{id}/active_calls (docs/telnyx-api.md). Fails with not_understood, also
// where the page shows more calls than it counts: then neither is known.
result<running_calls> running_calls_in(const std::string& body);

}  // namespace trunkwarden
