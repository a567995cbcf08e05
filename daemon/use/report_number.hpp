#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "support/amount.hpp"

namespace trunkwarden {

// A number of a report: a decimal, or the text that a binary fraction makes of one ("0.30000000000000004"),
// rounded to millionths. A sum that was paid back is no use: 0. Nothing for any other text.
inline std::optional<amount> report_number(std::string_view text)
{
    if (const auto exact = parse_amount(text))
        return *exact < amount{} ? amount{} : *exact;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr double most = 1e9;
    if (error != std::errc() || end != text.data() + text.size() || !(std::abs(value) < most))
        return std::nullopt;
    return value < 0 ? amount{} : amount{std::llround(value * 1e6)};
}

// The same, in whole ones.
inline std::optional<std::uint64_t> report_count(std::string_view text)
{
    const auto number = report_number(text);
    return number ? std::optional(static_cast<std::uint64_t>(number->millionths / 1'000'000)) : std::nullopt;
}

}  // namespace trunkwarden
