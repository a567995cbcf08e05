#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/result.hpp"
#include "use/traffic.hpp"

// GET /detail_records (docs/telnyx-api.md): one call, message, verification or fax each, newest first. Pure.

namespace trunkwarden {

inline constexpr std::size_t detail_page_size = 50;  // the API cuts larger ones to this

// `page` counts from 1; outbound records since `since`.
std::string detail_records_path(traffic_product product, time_point since, std::size_t page);

struct detail_page {
    std::vector<detail_record> records;
    std::size_t pages = 1;
    std::size_t not_understood = 0;  // records without an id, a time or an amount
    std::string first_trouble;
};

// A page of it, without records of another direction.
result<detail_page> detail_page_in(const std::string& body, traffic_product product);

}  // namespace trunkwarden
