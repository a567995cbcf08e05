#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/result.hpp"

namespace trunkwarden {

// A call that runs.
struct running_call {
    std::string id;                        // call_control_id
    std::optional<std::uint64_t> seconds;  // for which it has run; nothing: the API does not say
};

// The calls that run on one connection or application.
struct running_calls {
    std::size_t count = 0;
    std::vector<running_call> shown;  // those on the page
};

// From a page of GET /connections/{id}/active_calls (docs/telnyx-api.md). Fails with not_understood, also
// where the page shows more calls than it counts: then neither is known.
result<running_calls> running_calls_in(const std::string& body);

// The calls of one connection, as they were last counted.
struct call_count {
    std::size_t calls = 0;
    std::optional<std::uint64_t> longest = {};  // seconds, of those that the page showed
};

call_count count_of(const running_calls& read);

// By the id of the connection.
using counted_calls = std::map<std::string, call_count, std::less<>>;

}  // namespace trunkwarden
