#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/clock.hpp"

// The page at "/": what a person who was called at night sees first. Made here, in one piece; without a
// script it is complete, with one it refreshes itself (page_assets.hpp).

namespace trunkwarden {

// Which findings are shown; "" for all.
struct page_filter {
    std::string account;
    std::string severity;
};

// As the query of a target says: /?account=production&severity=critical
page_filter filter_in(std::string_view target);

struct page_content {
    const daemon_status& status;
    const quarantine_report& quarantine;
    page_filter filter;
    time_point now;
};
std::string status_page(const page_content& content);

}  // namespace trunkwarden
