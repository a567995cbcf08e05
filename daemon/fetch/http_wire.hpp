#pragma once

#include <string_view>
#include <vector>

#include "fetch/http_message.hpp"
#include "fetch/origin.hpp"
#include "settings/http_headers_file.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// The parts that a client adds to each of its requests.
struct standing_parts {
    secret authorization;  // where the request has none
    std::vector<secret_header> headers;
    enum class target_form {
        origin,    // "/v2/ips"
        absolute,  // "http://host/v2/ips", as a proxy wants it that is no tunnel
    };
    target_form target = target_form::origin;
};

// The request as HTTP/1.1 sends it; a secret, since it holds the key. Refuses (bad_usage) what would not be
// one request below the origin's path: spaces, control characters or line ends in method, target or headers,
// ".." as a path segment.
result<secret> write_request(const origin& to, const http_request& request,
                             const standing_parts& always = {});

// The status of an answer that begins with these bytes, once its status line is whole: "HTTP/1.1 200" in any
// version, with a reason or without. 0 before that, and for a line that is no status line.
unsigned status_in(std::string_view received);

}  // namespace trunkwarden
