#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// One list endpoint. Several resources may look at the same list.
struct listing {
    std::string path;
    std::string query;  // "" or "a=b&c=d"
    paging pages = paging::numbered;
    std::uint16_t page_size = 250;
    urgency order = urgency::other;
    friend bool operator==(const listing&, const listing&) = default;
};

// What one page says about itself and the list; absent where the API did not say.
struct page_facts {
    std::size_t items = 0;
    std::optional<std::uint64_t> page_number;
    std::optional<std::uint64_t> page_size;
    std::optional<std::uint64_t> total_pages;
    std::optional<std::uint64_t> total_results;
};

}  // namespace trunkwarden
