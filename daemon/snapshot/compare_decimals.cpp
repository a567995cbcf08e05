#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "snapshot/canonical.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

// 0.digits times ten to the power of `exponent`; no zeros at either end of the digits. Nothing is rounded.
struct decimal {
    bool negative = false;
    std::string digits;  // "" is zero
    std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text)
{
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    const auto digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
}

bool take(std::string_view& text, std::string_view any_of)
{
    if (text.empty() || any_of.find(text[0]) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

// Takes the exponent, behind the e of 1e3. More than nine digits are no amount of anything.
std::optional<std::int64_t> take_exponent(std::string_view& text)
{
    const bool negative = text.starts_with('-');
    take(text, "+-");
    const auto digits = take_digits(text);
    if (digits.empty() || digits.size() > 9)
        return std::nullopt;
    std::int64_t exponent = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    return negative ? -exponent : exponent;
}

std::optional<decimal> parse_decimal(std::string_view text)
{
    decimal number;
    number.negative = text.starts_with('-');
    take(text, "+-");
    const auto whole = take_digits(text);
    const auto fraction = take(text, ".") ? take_digits(text) : std::string_view();
    if (whole.empty() && fraction.empty())
        return std::nullopt;
    number.digits.append(whole).append(fraction);
    number.exponent = static_cast<std::int64_t>(whole.size());
    if (take(text, "eE")) {
        const auto exponent = take_exponent(text);
        if (!exponent)
            return std::nullopt;
        number.exponent += *exponent;
    }
    if (!text.empty())
        return std::nullopt;

    const auto zeros = std::min(number.digits.find_first_not_of('0'), number.digits.size());
    number.digits.erase(0, zeros);
    number.exponent -= static_cast<std::int64_t>(zeros);
    number.digits.erase(number.digits.find_last_not_of('0') + 1);
    if (number.digits.empty())
        return decimal{};
    return number;
}

int order_of(bool less, bool greater)
{
    return static_cast<int>(greater) - static_cast<int>(less);
}

// Of two numbers that are not negative.
int compare_sizes(const decimal& a, const decimal& b)
{
    if (a.digits.empty() || b.digits.empty())
        return order_of(!b.digits.empty(), !a.digits.empty());
    if (a.exponent != b.exponent)
        return order_of(a.exponent<b.exponent, a.exponent> b.exponent);
    return order_of(a.digits<b.digits, a.digits> b.digits);
}

}  // namespace

decimal_order compare_decimals(std::string_view a, std::string_view b)
{
    const auto first = parse_decimal(a);
    const auto second = parse_decimal(b);
    if (!first || !second)
        return {};
    if (first->negative != second->negative)
        return {true, first->negative ? -1 : 1};
    return {true, first->negative ? compare_sizes(*second, *first) : compare_sizes(*first, *second)};
}

}  // namespace trunkwarden
