#include "support/parse_time.hpp"

#include <algorithm>
#include <charconv>

namespace trunkwarden {
namespace {

// Takes exactly `width` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t width)
{
    int value = 0;
    if (text.size() < width)
        return std::nullopt;
    const auto* const end = text.data() + width;
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < 0)
        return std::nullopt;
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char expected)
{
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(1);
    return true;
}

std::optional<day> take_day(std::string_view& text)
{
    const auto year = take_number(text, 4);
    if (!year || !take(text, '-'))
        return std::nullopt;
    const auto month = take_number(text, 2);
    if (!month || !take(text, '-'))
        return std::nullopt;
    const auto of_month = take_number(text, 2);
    if (!of_month)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*of_month))};
    return date.ok() ? std::optional<day>(date) : std::nullopt;
}

std::optional<std::chrono::seconds> take_clock(std::string_view& text)
{
    const auto hours = take_number(text, 2);
    if (!hours || *hours > 23 || !take(text, ':'))
        return std::nullopt;
    const auto minutes = take_number(text, 2);
    if (!minutes || *minutes > 59 || !take(text, ':'))
        return std::nullopt;
    const auto seconds = take_number(text, 2);
    if (!seconds || *seconds > 60)
        return std::nullopt;
    return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

std::chrono::microseconds take_fraction(std::string_view& text)
{
    if (!take(text, '.'))
        return {};
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    int micros = 0;
    for (std::size_t at = 0; at < 6; ++at)
        micros = 10 * micros + (at < digits ? text[at] - '0' : 0);
    text.remove_prefix(digits);
    return std::chrono::microseconds(micros);
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text)
{
    if (text.empty() || take(text, 'Z'))
        return std::chrono::minutes(0);
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-'))
        return std::nullopt;
    const auto hours = take_number(text, 2);
    take(text, ':');
    const auto minutes = take_number(text, 2);
    if (!hours || !minutes)
        return std::nullopt;
    return sign * (std::chrono::hours(*hours) + std::chrono::minutes(*minutes));
}

}  // namespace

std::optional<time_point> parse_time(std::string_view text)
{
    const auto date = take_day(text);
    if (!date || (!take(text, 'T') && !take(text, ' ')))
        return std::nullopt;
    const auto clock = take_clock(text);
    if (!clock)
        return std::nullopt;
    const auto fraction = take_fraction(text);
    const auto zone = take_zone(text);
    if (!zone || !text.empty())
        return std::nullopt;
    constexpr auto first = std::chrono::floor<std::chrono::microseconds>(earliest_time);
    constexpr auto last = std::chrono::floor<std::chrono::microseconds>(latest_time);
    return std::clamp(*date + *clock + fraction - *zone, first, last);
}

}  // namespace trunkwarden
