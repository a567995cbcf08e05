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
    product_use use = product_use::of_every_account;
    friend bool operator==(const listing&, const listing&) = default;
};

// The place of the items of a body in a list. A page that is too large to come at once comes in parts, which
// are pages of a smaller size.
struct page_place {
    std::size_t number = 1;  // of the page
    std::size_t offset = 0;  // items of the page that come before

    // A whole page is meant by its number.
    // NOLINTNEXTLINE(google-explicit-constructor)
    page_place(std::size_t page, std::size_t items_before = 0) : number(page), offset(items_before) {}
    friend bool operator==(const page_place&, const page_place&) = default;
    friend bool operator<(const page_place& a, const page_place& b)
    {
        return a.number != b.number ? a.number < b.number : a.offset < b.offset;
    }
};

// The statements of one page about itself and the list; absent where the API made none.
struct page_facts {
    std::size_t items = 0;
    std::optional<std::uint64_t> page_number;
    std::optional<std::uint64_t> page_size;
    std::optional<std::uint64_t> total_pages;
    std::optional<std::uint64_t> total_results;

    // Statements of the page, under any name, that there is more than it holds: a list that does not have as
    // much is not whole.
    std::string more;  // the member that says that another page follows: "has_more", "links.next"; "": none
    std::uint64_t items_told = 0;  // the largest number of items of the list that any member states
    std::uint64_t pages_told = 0;
};

}  // namespace trunkwarden
