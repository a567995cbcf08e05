#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "support/amount.hpp"
#include "support/clock.hpp"
#include "use/spending_record.hpp"

// The spending of a UTC day, for the history: the record itself is forgotten after two days. Pure.

namespace trunkwarden {

// A fall of the balance over a pause in the readings counts for the day on which it was seen, so that days
// add up to what was spent.
struct day_spending {
    day date;
    std::string currency;
    amount spent;
    amount topped_up;
    std::size_t payments = 0;  // rises of the balance
    amount available;          // at its last reading of the day
    bool is_least = false;     // the balance was not read all day, or its currency changed

    friend bool operator==(const day_spending&, const day_spending&) = default;
};

// Nothing for a day on which the balance was not read. `longest_pause` between two readings is none.
std::optional<day_spending> spending_on(const spending_record& record, day date,
                                        std::chrono::milliseconds longest_pause);

// "USD 12.30 spent on 2026-11-30, USD 100.00 topped up in 1 payment, USD 512.35 left"
std::string words_of(const day_spending& sums);

// Reads these words; nothing for any other text.
std::optional<day_spending> day_spending_in(std::string_view words);

}  // namespace trunkwarden
