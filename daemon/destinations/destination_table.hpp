#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string_view>

#include "destinations/country_codes.hpp"
#include "destinations/international_services.hpp"
#include "destinations/north_america.hpp"
#include "destinations/premium_ranges.hpp"
#include "destinations/table_row.hpp"

namespace trunkwarden::dialling_plan {

inline constexpr std::size_t table_size =
    std::size(country_codes) + std::size(international_services) + std::size(north_america) +
    std::size(premium_ranges) + std::size(shared_cost_ranges) + std::size(united_states_area_codes) +
    std::size(canadian_area_codes);

inline constexpr std::size_t max_prefix = 9;

// The blocks as they are written: by source, for people.
constexpr std::array<table_row, table_size> joined_blocks()
{
    std::array<table_row, table_size> rows;
    auto end = std::ranges::copy(country_codes, rows.begin()).out;
    end = std::ranges::copy(international_services, end).out;
    end = std::ranges::copy(north_america, end).out;
    end = std::ranges::copy(premium_ranges, end).out;
    end = std::ranges::copy(shared_cost_ranges, end).out;
    for (const std::string_view code : united_states_area_codes)
        *end++ = {code, "United States", "US", domestic_like};
    for (const std::string_view code : canadian_area_codes)
        *end++ = {code, "Canada", "CA", domestic_like};
    return rows;
}

// Orders prefixes as text does, in one comparison: sorting the text itself exceeds clang's limit on
// compile-time steps.
constexpr std::uint64_t sort_key(std::string_view prefix)
{
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < max_prefix; ++i)
        key = key * 11 + (i < prefix.size() ? static_cast<std::uint64_t>(prefix[i] - '0' + 1) : 0);
    return key;
}

constexpr std::array<table_row, table_size> sorted_table()
{
    struct position {
        std::uint64_t key = 0;
        std::size_t row = 0;
    };
    constexpr std::array<table_row, table_size> rows = joined_blocks();
    std::array<position, table_size> order;
    for (std::size_t i = 0; i < table_size; ++i)
        order[i] = {sort_key(rows[i].prefix), i};
    std::sort(order.begin(), order.end(), [](const position& a, const position& b) { return a.key < b.key; });
    std::array<table_row, table_size> sorted;
    for (std::size_t i = 0; i < table_size; ++i)
        sorted[i] = rows[order[i].row];
    return sorted;
}

inline constexpr std::array<table_row, table_size> table = sorted_table();

constexpr bool is_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

static_assert(std::ranges::adjacent_find(table, std::ranges::greater_equal{}, &table_row::prefix) ==
                  table.end(),
              "sorted, and no prefix twice");
static_assert(std::ranges::all_of(table, is_digits, &table_row::prefix));
static_assert(std::ranges::all_of(table,
                                  [](const table_row& row) { return row.prefix.size() <= max_prefix; }));
static_assert(std::ranges::none_of(table, [](const table_row& row) {
    return row.place.empty() || row.risk == malformed || row.risk == sip_address;
}));

// The row of the longest prefix that `digits` begins with; null where no country or service has them.
constexpr const table_row* find_row(std::string_view digits)
{
    for (std::size_t length = std::min(digits.size(), max_prefix); length > 0; --length) {
        const std::string_view prefix = digits.substr(0, length);
        const auto row = std::ranges::lower_bound(table, prefix, {}, &table_row::prefix);
        if (row != table.end() && row->prefix == prefix && digits.size() >= row->least_digits)
            return &*row;
    }
    return nullptr;
}

// How many of the leading digits are the country calling code. The lists of one- and two-digit codes are
// closed (ITU-T E.164): everything assigned since has three.
constexpr std::size_t country_code_length(std::string_view digits)
{
    constexpr std::string_view two_digit[] = {
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
        "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
        "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"};
    if (digits.starts_with('1') || digits.starts_with('7'))
        return 1;
    return std::ranges::binary_search(two_digit, digits.substr(0, 2)) ? 2 : 3;
}

}  // namespace trunkwarden::dialling_plan
