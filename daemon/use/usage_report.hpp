#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "support/result.hpp"
#include "use/traffic.hpp"

// GET /usage_reports and /usage_reports/options (docs/telnyx-api.md): sums of one product. Pure.

namespace trunkwarden {

inline constexpr std::size_t usage_page_size = 250;
inline constexpr std::size_t most_usage_pages = 8;  // rows beyond these are stated, not read

// The dimensions and metrics to ask a report for, of those that the API offers for the product; "" where it
// offers none.
struct report_columns {
    std::string connection;  // the sender
    std::string country;
    std::string period;  // date_time or date
    std::string direction;
    std::string attempts;
    std::string connected;
    std::string seconds;
    std::string cost;

    // How long the period of a row lasts.
    std::chrono::hours length() const { return std::chrono::hours(period == "date_time" ? 1 : 24); }
    friend bool operator==(const report_columns&, const report_columns&) = default;
};

// "/usage_reports/options?product=sip-trunking"
std::string usage_options_path(traffic_product product);

// The answer to it. Fails with not_understood when it does not offer the product, or neither attempts nor
// cost.
result<report_columns> columns_in(const std::string& body, traffic_product product);

// A page of the report on the current period and those before it whose calls may not be rated yet. `page`
// counts from 1.
std::string usage_report_path(traffic_product product, const report_columns& columns, time_point now,
                              std::size_t page);

// A page of the report on a span, of 31 days at most.
std::string usage_history_path(traffic_product product, const report_columns& columns,
                               std::pair<time_point, time_point> span, std::size_t page);

struct usage_page {
    std::vector<usage_row> rows;     // outbound ones
    std::size_t pages = 1;           // of the whole report
    std::size_t not_understood = 0;  // rows: they prove nothing
    std::string trouble;             // of the first of them
};

// `asked`: when it was asked for, and so which period is the current one of a report without periods.
result<usage_page> usage_page_in(const std::string& body, traffic_product product,
                                 const report_columns& columns, time_point asked);

}  // namespace trunkwarden
