#pragma once

#include <string>
#include <vector>

#include "state/history_event.hpp"
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

// The values from which the page at "/" is made.
struct page_content {
    const daemon_status& status;
    const quarantine_report& quarantine;
    page_filter filter;
    time_point now;
    std::vector<history_event> recent = {};  // the newest events that are not light, the oldest first
};

}  // namespace trunkwarden
