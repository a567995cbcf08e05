#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkwarden {

// An amount of money, exact: in millionths of a unit of its currency. Sums that would not fit stay at the
// largest amount there is.
struct amount {
    std::int64_t millionths = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): a false alarm of clang-tidy 14 about the operator
    friend constexpr auto operator<=>(const amount&, const amount&) = default;
};

constexpr amount whole_units(std::int64_t units)
{
    return {units * 1'000'000};
}

amount operator+(amount a, amount b);
amount operator-(amount a, amount b);
amount operator*(amount a, std::int64_t times);

inline amount& operator+=(amount& to, amount more)
{
    return to = to + more;
}

inline amount& operator-=(amount& from, amount less)
{
    return from = from - less;
}

// "512.35", "-0.0125": at most nine digits before the point, and six after it beside zeros. Nothing for
// any other text: nothing is rounded.
std::optional<amount> parse_amount(std::string_view text);

// With two digits after the point, or as many as there are: "45.00", "0.0125".
std::string to_text(amount some);

}  // namespace trunkwarden
