#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

// The access log of Telnyx IAM (docs/telnyx-api.md): which user or service account sent which request. It has
// no values and no ids but those of the path. Pure.

namespace trunkwarden {

struct access_log_page {
    // Requests that changed an object whose id is in their path, as events of the audit log: actor, time and
    // object.
    std::vector<audit_event> events;
    std::string after;                      // the cursor of the next page; "" where this is the last
    std::optional<time_point> newest = {};  // the moment of the newest entry, about anything
};

// Requests that were refused, or only read, are left out, and so are entries of another form. Fails with
// not_understood when the body is no list.
result<access_log_page> parse_access_log(const std::string& body);

inline constexpr std::size_t access_log_page_size = 500;

// The target that lists requests since `from`, oldest first; `after` is that of the page before, or "".
std::string access_log_target(time_point from, const std::string& after);

}  // namespace trunkwarden
