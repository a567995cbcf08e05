#include "support/parse_date.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

// The number that all of `text`'s characters spell, or -1.
int whole_number(std::string_view text)
{
    int value = -1;
    if (std::ranges::all_of(text, is_digit))
        std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Written as a date is, which the calendar need not have.
std::optional<std::chrono::year_month_day> written_date(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const int year = whole_number(text.substr(0, 4));
    const int month = whole_number(text.substr(5, 2));
    const int of_month = whole_number(text.substr(8, 2));
    if (year < 0 || month < 0 || of_month < 0)
        return std::nullopt;
    return std::chrono::year_month_day{std::chrono::year(year),
                                       std::chrono::month(static_cast<unsigned>(month)),
                                       std::chrono::day(static_cast<unsigned>(of_month))};
}

}  // namespace

std::optional<day> parse_date(std::string_view text)
{
    const auto date = written_date(text);
    if (!date || !date->ok())
        return std::nullopt;
    return day(*date);
}

std::string date_suggestion(std::string_view text)
{
    const auto date = written_date(text);
    if (!date || date->ok() || !date->month().ok() || date->day() < std::chrono::day(29))
        return {};
    const std::chrono::year_month_day_last end{date->year(), std::chrono::month_day_last(date->month())};
    return fmt::format("; that month ends on {}-{:02}", text.substr(0, 7), static_cast<unsigned>(end.day()));
}

}  // namespace trunkwarden
