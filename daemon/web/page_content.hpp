#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Which findings are shown; "" for all.
struct page_filter {
    std::string account;
    std::string severity;
};

// The values from which the page at "/" is made.
struct page_content {
    const daemon_status& status;
    const quarantine_report& quarantine;
    page_filter filter;
    time_point now;
};

}  // namespace trunkwarden
