#include "support/amount.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <limits>

#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t most_whole_digits = 9;  // 4096 falls of such balances can be added up
constexpr std::size_t kept_places = 6;

std::int64_t largest_with_sign_of(std::int64_t number)
{
    return number < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

bool all_digits(std::string_view text)
{
    return std::ranges::all_of(text, is_digit);
}

}  // namespace

amount operator+(amount a, amount b)
{
    std::int64_t sum = 0;
    return {__builtin_add_overflow(a.millionths, b.millionths, &sum) ? largest_with_sign_of(a.millionths)
                                                                     : sum};
}

amount operator-(amount a, amount b)
{
    std::int64_t rest = 0;
    return {__builtin_sub_overflow(a.millionths, b.millionths, &rest) ? largest_with_sign_of(a.millionths)
                                                                      : rest};
}

amount operator*(amount a, std::int64_t times)
{
    std::int64_t product = 0;
    const bool is_negative = (a.millionths < 0) != (times < 0);
    return {__builtin_mul_overflow(a.millionths, times, &product) ? largest_with_sign_of(is_negative ? -1 : 1)
                                                                  : product};
}

std::optional<amount> parse_amount(std::string_view text)
{
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+'))
        text.remove_prefix(1);
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    auto fraction = text.substr(std::min(point + 1, text.size()));
    if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction))
        return std::nullopt;
    fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
    const auto leading = std::min(whole.find_first_not_of('0'), whole.size());
    if (whole.size() - leading > most_whole_digits || fraction.size() > kept_places)
        return std::nullopt;
    auto digits = std::string(whole.substr(leading)).append(fraction);
    digits.append(kept_places - fraction.size(), '0');
    std::int64_t millionths = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), millionths);
    return amount{is_negative ? -millionths : millionths};
}

std::string to_text(amount some)
{
    constexpr std::size_t shown_places = 2;
    constexpr std::uint64_t unit = 1'000'000;
    const bool is_negative = some.millionths < 0;
    const auto size = is_negative ? 0 - static_cast<std::uint64_t>(some.millionths)
                                  : static_cast<std::uint64_t>(some.millionths);
    auto out = fmt::format("{}{}.{:06}", is_negative ? "-" : "", size / unit, size % unit);
    const auto last_place = out.find_last_not_of('0');
    const auto least = out.size() - kept_places + shown_places;
    out.resize(std::max(last_place + 1, least));
    return out;
}

}  // namespace trunkwarden
