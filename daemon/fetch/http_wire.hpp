#pragma once

#include "fetch/http_message.hpp"
#include "fetch/origin.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The request as HTTP/1.1 sends it; a secret, since it holds the key. Refuses (bad_usage) what would not be
// one request below the origin's path: spaces, control characters or line ends in method, target or headers,
// ".." as a path segment.
result<secret> write_request(const origin& to, const http_request& request);

}  // namespace trunkwarden
