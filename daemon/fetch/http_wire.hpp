#pragma once

#include <string_view>

#include "fetch/http_message.hpp"
#include "fetch/origin.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The request as HTTP/1.1 sends it; a secret, since it holds the key. Refuses (bad_usage) what would not be
// one request below the origin's path: spaces, control characters or line ends in method, target or headers,
// ".." as a path segment.
result<secret> write_request(const origin& to, const http_request& request);

// The status of an answer that begins with these bytes, once its status line is whole: "HTTP/1.1 200" in any
// version, with a reason or without. 0 before that, and of what is no status line.
unsigned status_in(std::string_view received);

}  // namespace trunkwarden
