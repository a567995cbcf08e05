#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "fetch/listing.hpp"
#include "support/result.hpp"

namespace trunkwarden {

struct audit_page {
    std::vector<audit_event> events;
    page_facts facts;                  // items counts the unreadable ones too
    std::size_t unreadable = 0;        // items without an id or a time, or with a member twice: left out
    std::size_t first_unreadable = 0;  // its place in the page, from 1; 0 when there is none
};

// Fails with not_understood when the body is no list at all. Values of events are kept only when true, false
// or null (audit_event.hpp), and every text is cut at 300 bytes.
result<audit_page> parse_audit_page(const std::string& body);

inline constexpr std::size_t audit_page_size = 100;

// The target that lists events made after `after`, oldest first, on page `number` (from 1) of so many.
std::string audit_target(time_point after, std::size_t number, std::size_t page_size = audit_page_size);

}  // namespace trunkwarden
