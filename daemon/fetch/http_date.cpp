#include "fetch/http_date.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "support/date_names.hpp"

namespace trunkwarden {
namespace {

constexpr std::array<std::string_view, 7> whole_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                     "Friday", "Saturday", "Sunday"};

// Reads a text from its beginning; the first part that is missing makes everything after it missing.
class date_text {
public:
    explicit date_text(std::string_view text) : rest_(text) {}

    bool whole() const { return good_ && rest_.empty(); }

    date_text& expect(std::string_view text)
    {
        good_ = good_ && rest_.starts_with(text);
        if (good_)
            rest_.remove_prefix(text.size());
        return *this;
    }

    date_text& one_of(const auto& words, int& index)
    {
        const auto* const found =
            std::ranges::find_if(words, [this](std::string_view word) { return rest_.starts_with(word); });
        good_ = good_ && found != words.end();
        if (good_) {
            index = static_cast<int>(found - words.begin());
            rest_.remove_prefix(found->size());
        }
        return *this;
    }

    date_text& digits(std::size_t count, int& number)
    {
        const auto part = rest_.substr(0, count);
        good_ =
            good_ && part.size() == count && part.find_first_not_of("0123456789") == std::string_view::npos;
        if (good_) {
            std::from_chars(part.data(), part.data() + part.size(), number);
            rest_.remove_prefix(count);
        }
        return *this;
    }

    // Two digits, the first of which may be a space.
    date_text& padded(int& number)
    {
        const bool one_digit = rest_.starts_with(' ');
        return one_digit ? expect(" ").digits(1, number) : digits(2, number);
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

struct date_parts {
    int year = 0;
    int month = 0;  // 0: January
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

date_text& read_time(date_text& text, date_parts& into)
{
    return text.digits(2, into.hour).expect(":").digits(2, into.minute).expect(":").digits(2, into.second);
}

std::optional<date_parts> imf_fixdate(std::string_view given)
{
    date_text text(given);
    date_parts out;
    int day_of_week = 0;
    text.one_of(day_names, day_of_week).expect(", ").digits(2, out.day).expect(" ");
    text.one_of(month_names, out.month).expect(" ").digits(4, out.year).expect(" ");
    return read_time(text, out).expect(" GMT").whole() ? std::optional(out) : std::nullopt;
}

std::optional<date_parts> rfc850_date(std::string_view given, time_point now)
{
    date_text text(given);
    date_parts out;
    int day_of_week = 0;
    text.one_of(whole_days, day_of_week).expect(", ").digits(2, out.day).expect("-");
    text.one_of(month_names, out.month).expect("-").digits(2, out.year).expect(" ");
    if (!read_time(text, out).expect(" GMT").whole())
        return std::nullopt;
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    out.year += this_year - this_year % 100 + 100;
    while (out.year > this_year + 50)
        out.year -= 100;
    return out;
}

std::optional<date_parts> asctime_date(std::string_view given)
{
    date_text text(given);
    date_parts out;
    int day_of_week = 0;
    text.one_of(day_names, day_of_week)
        .expect(" ")
        .one_of(month_names, out.month)
        .expect(" ")
        .padded(out.day);
    return read_time(text.expect(" "), out).expect(" ").digits(4, out.year).whole() ? std::optional(out)
                                                                                    : std::nullopt;
}

}  // namespace

std::optional<time_point> parse_http_date(std::string_view text, time_point now)
{
    auto parts = imf_fixdate(text);
    if (!parts)
        parts = rfc850_date(text, now);
    if (!parts)
        parts = asctime_date(text);
    if (!parts || parts->hour > 23 || parts->minute > 59 || parts->second > 60)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(parts->year),
                                           std::chrono::month(static_cast<unsigned>(parts->month + 1)),
                                           std::chrono::day(static_cast<unsigned>(parts->day))};
    constexpr int first_year = 1970;
    constexpr int last_year = 2200;  // a time point ends in 2262
    if (!date.ok() || parts->year < first_year || parts->year > last_year)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(parts->hour) +
           std::chrono::minutes(parts->minute) + std::chrono::seconds(parts->second);
}

}  // namespace trunkwarden
