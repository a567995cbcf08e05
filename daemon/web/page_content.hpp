#pragma once

#include <string>

#include "status/daemon_status.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Which findings are shown; "" for all.
struct page_filter {
    std::string account = {};
    std::string severity = {};
    std::string incident = {};

    bool lets_all_through() const { return account.empty() && severity.empty() && incident.empty(); }
};

// What the page at "/" is made from.
struct page_content {
    const daemon_status& status;
    const quarantine_report& quarantine;
    page_filter filter;
    time_point now;
};

}  // namespace trunkwarden
