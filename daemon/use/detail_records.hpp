#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/result.hpp"
#include "use/traffic.hpp"

// GET /detail_records (docs/telnyx-api.md): one call, message, verification or fax each, newest first. Pure.

namespace trunkwarden {

inline constexpr std::size_t detail_page_size = 50;  // the API cuts larger ones to this

// `page` counts from 1. Without a filter of time: a field that the API does not know is answered with
// nothing.
std::string detail_records_path(traffic_product product, std::size_t page);

struct detail_page {
    std::vector<detail_record> records;  // outbound ones
    std::size_t pages = 1;
    std::size_t without_number = 0;  // of these records: nobody knows whom they reached
    std::size_t not_understood = 0;  // records without an id or a time
    std::string trouble;             // of the first of them
};

result<detail_page> detail_page_in(const std::string& body, traffic_product product);

}  // namespace trunkwarden
