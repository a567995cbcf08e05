#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.hpp"
#include "use/traffic.hpp"

// GET /usage_reports and /usage_reports/options (docs/telnyx-api.md): aggregates of one product. Pure.

namespace trunkwarden {

inline constexpr std::size_t usage_page_size = 250;
inline constexpr std::size_t most_usage_pages = 8;  // more rows than that are stated, not read

// The names to ask a report for, chosen from those that the API offers for the product.
struct report_columns {
    std::vector<std::string> dimensions;
    std::vector<std::string> metrics;
    std::string connection;  // the dimension that names the sender; "": none
    std::string country;     // "country_iso", or ""
    std::string period;      // "date_time", "date", or ""
    std::string attempts;    // the metrics; "" where there is none
    std::string connected;
    std::string seconds;
    bool has_direction = false;

    // How long a row's period lasts.
    std::chrono::hours length() const { return std::chrono::hours(period == "date_time" ? 1 : 24); }
    friend bool operator==(const report_columns&, const report_columns&) = default;
};

// "/usage_reports/options?product=sip-trunking"
std::string usage_options_path(traffic_product product);

// The answer to it. Fails with not_understood when it does not offer the product, or neither a number of
// attempts nor a cost.
result<report_columns> columns_in(const std::string& body, traffic_product product);

// The columns that the facts of November 2026 have: for when the options cannot be read.
report_columns usual_columns(traffic_product product);

// A page of the report on the current period and the one before it, outbound only. `page` counts from 1.
std::string usage_report_path(traffic_product product, const report_columns& columns, time_point now,
                              std::size_t page);

struct usage_page {
    std::vector<usage_row> rows;
    std::size_t pages = 1;
    std::size_t not_understood = 0;  // rows that are none: they prove nothing
    std::string first_trouble;       // of one of them
};

// A page of it. `asked` says what the current period was when it was asked for.
result<usage_page> usage_page_in(const std::string& body, traffic_product product,
                                 const report_columns& columns, time_point asked);

}  // namespace trunkwarden
