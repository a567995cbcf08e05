#include "fetch/http_date.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fmt/format.h>

#include "fetch/retry.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// Sun, 22 Nov 2026 10:00:00 GMT
const time_point ten = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h;

TEST(HttpDate, IsReadInEachFormThatServersMaySend)
{
    for (const auto* text :
         {"Sun, 22 Nov 2026 10:00:00 GMT", "Sunday, 22-Nov-26 10:00:00 GMT", "Sun Nov 22 10:00:00 2026"})
        EXPECT_EQ(parse_http_date(text, ten), ten) << text;
    const auto first = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    for (const auto* text :
         {"Thu, 01 Jan 2026 00:00:00 GMT", "Thursday, 01-Jan-26 00:00:00 GMT", "Thu Jan  1 00:00:00 2026"})
        EXPECT_EQ(parse_http_date(text, ten), first) << text;
    EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT", ten), time_point{});
}

TEST(HttpDate, KnowsEveryMonthAndDay)
{
    const std::array<const char*, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                               "Friday", "Saturday", "Sunday"};
    const std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (auto day = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
         day < std::chrono::sys_days(std::chrono::year(2029) / 1 / 1); day += std::chrono::days(1)) {
        const std::chrono::year_month_day date(day);
        const auto* const name = long_days[std::chrono::weekday(day).iso_encoding() - 1];
        const auto* const month = months[static_cast<unsigned>(date.month()) - 1];
        const auto number = static_cast<unsigned>(date.day());
        const int year = static_cast<int>(date.year());
        const auto at = day + 1h + 2min + 3s;
        EXPECT_EQ(
            parse_http_date(fmt::format("{:.3}, {:02} {} {} 01:02:03 GMT", name, number, month, year), ten),
            at);
        EXPECT_EQ(parse_http_date(
                      fmt::format("{}, {:02}-{}-{:02} 01:02:03 GMT", name, number, month, year % 100), ten),
                  at);
        EXPECT_EQ(parse_http_date(fmt::format("{:.3} {} {:2} 01:02:03 {}", name, month, number, year), ten),
                  at);
    }
}

// RFC 9110 5.6.7.
TEST(HttpDate, TakesTwoDigitsOfAYearForTheYearThatIsNotMoreThanFiftyYearsAhead)
{
    const auto year_of = [](const char* text, time_point now) {
        const auto read = parse_http_date(text, now);
        return read ? static_cast<int>(
                          std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*read)).year())
                    : 0;
    };
    EXPECT_EQ(year_of("Sunday, 06-Nov-94 08:49:37 GMT", ten), 1994);
    EXPECT_EQ(year_of("Sunday, 06-Nov-76 08:49:37 GMT", ten), 2076);
    EXPECT_EQ(year_of("Sunday, 06-Nov-77 08:49:37 GMT", ten), 1977);
    const auto late = std::chrono::sys_days(std::chrono::year(2099) / 12 / 31);
    EXPECT_EQ(year_of("Friday, 01-Jan-00 00:00:00 GMT", late), 2100);
}

TEST(HttpDate, GoesOnAfter2038)
{
    const auto late = std::chrono::sys_days(std::chrono::year(2038) / 1 / 19) + 3h + 14min + 8s;
    for (const auto* text :
         {"Tue, 19 Jan 2038 03:14:08 GMT", "Tuesday, 19-Jan-38 03:14:08 GMT", "Tue Jan 19 03:14:08 2038"})
        EXPECT_EQ(parse_http_date(text, ten), late) << text;
    EXPECT_EQ(parse_http_date("Fri, 31 Dec 9999 23:59:59 GMT", ten), std::nullopt) << "no clock says that";
}

TEST(HttpDate, IsReadWithALeapSecondInEachForm)
{
    const auto after = std::chrono::sys_days(std::chrono::year(2017) / 1 / 1);
    for (const auto* text :
         {"Sat, 31 Dec 2016 23:59:60 GMT", "Saturday, 31-Dec-16 23:59:60 GMT", "Sat Dec 31 23:59:60 2016"})
        EXPECT_EQ(parse_http_date(text, ten), after) << text;
}

TEST(HttpDate, TakesNoOtherText)
{
    for (const auto* text :
         {"", "22 Nov 2026 10:00:00 GMT", "Sun, 22 Nov 2026 10:00:00 CET", "Sun, 31 Feb 2026 10:00:00 GMT",
          "Sun, 22 Nov 2026 24:00:00 GMT", "Sun, 22 nov 2026 10:00:00 GMT", "Sun, 22 Nov -026 10:00:00 GMT",
          "Sun, 22 Nov 2026 10:00:00 GMT;", "Sun, 22 Nov 2026 10:61:00 GMT", "Sun, 22 Nov 2026 10:00:61 GMT",
          "Sunday, 22-Nov-2026 10:00:00 GMT", "Sun, 22-Nov-26 10:00:00 GMT", "Sunday, 22-Nov-26 10:00:00",
          "Sun Nov 22 10:00:00 2026 GMT", "Sun Nov 1 10:00:00 2026", "Sun Nov 31 10:00:00 2026", "Sun Nov"})
        EXPECT_FALSE(parse_http_date(text, ten)) << text;
}

TEST(RetryAfter, IsObeyedInEveryForm)
{
    const auto asked = [](const char* text, const char* date = "") {
        answer_hints hints;
        hints.retry_after = text;
        hints.date = date;
        return asked_to_wait(503, hints, ten);
    };
    EXPECT_EQ(asked("120"), 120s);
    EXPECT_EQ(asked("0"), 0s);
    EXPECT_EQ(asked("Sun, 22 Nov 2026 10:02:00 GMT"), 120s);
    EXPECT_EQ(asked("Sunday, 22-Nov-26 10:02:00 GMT"), 120s);
    EXPECT_EQ(asked("Sun Nov 22 10:02:00 2026"), 120s);
    EXPECT_EQ(asked("Sun, 06 Nov 1994 08:49:37 GMT"), 0s);
    // The clock of the one who named the moment counts, in any form.
    EXPECT_EQ(asked("Sunday, 22-Nov-26 10:02:00 GMT", "Sun Nov 22 10:01:30 2026"), 30s);
    EXPECT_EQ(asked("tomorrow"), std::nullopt);
}

}  // namespace
}  // namespace trunkwarden
