#include "support/clock.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

namespace trunkwarden {

namespace {

using namespace std::chrono;

struct unit {
    std::chrono::seconds length;
    const char* singular;
    const char* plural;
};

constexpr std::array<unit, 4> units{{
    {days(1), "day", "days"},
    {hours(1), "h", "h"},
    {minutes(1), "min", "min"},
    {seconds(1), "s", "s"},
}};

std::string counted(long long amount, const unit& unit)
{
    return fmt::format("{} {}", amount, amount == 1 ? unit.singular : unit.plural);
}

// Date and time of day without the zone; `clock` is rounded down, also before 1970.
template <class Clock>
std::string date_and(time_point at, std::string (*clock)(const Clock&))
{
    const auto midnight = floor<days>(at);
    const Clock time_of_day(floor<typename Clock::precision>(at) - midnight);
    return fmt::format("{}T{}Z", iso_date(midnight), clock(time_of_day));
}

std::string clock_text(const hh_mm_ss<seconds>& clock)
{
    return fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

std::string clock_text_milliseconds(const hh_mm_ss<milliseconds>& clock)
{
    return fmt::format("{:02}:{:02}:{:02}.{:03}", clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count(), clock.subseconds().count());
}

}  // namespace

time_point start_of(day on)
{
    constexpr auto first = floor<days>(earliest_time);
    constexpr auto last = floor<days>(latest_time);
    return std::clamp(on, first, last);
}

std::int64_t milliseconds_of(time_point at)
{
    return floor<milliseconds>(at).time_since_epoch().count();
}

time_point time_of(std::int64_t since_1970)
{
    constexpr auto first = floor<milliseconds>(earliest_time);
    constexpr auto last = floor<milliseconds>(latest_time);
    return std::clamp(sys_time<milliseconds>(milliseconds(since_1970)), first, last);
}

std::string rfc3339(time_point at)
{
    return date_and(at, clock_text);
}

std::string rfc3339_milliseconds(time_point at)
{
    return date_and(at, clock_text_milliseconds);
}

std::string utc_text(time_point at)
{
    auto text = rfc3339(at);
    text.replace(text.find('T'), 1, " ");
    text.replace(text.size() - 1, 1, " UTC");
    return text;
}

std::string utc_text(time_point at, time_point now)
{
    auto text = utc_text(at);
    const bool same_day = floor<days>(at) == floor<days>(now);
    return same_day ? text.substr(text.find(' ') + 1) : text;
}

std::string iso_date(day on)
{
    const year_month_day date(on);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string for_people(std::chrono::milliseconds span)
{
    if (span <= milliseconds(0))
        return "0 s";
    if (span < seconds(1))
        return fmt::format("{} ms", span.count());
    auto left = floor<seconds>(span);
    std::size_t largest = 0;
    while (left < units[largest].length)
        ++largest;
    const auto amount = left / units[largest].length;
    left %= units[largest].length;
    std::string text = counted(amount, units[largest]);
    if (const std::size_t next = largest + 1; next < units.size() && left >= units[next].length)
        text += " " + counted(left / units[next].length, units[next]);
    return text;
}

std::chrono::steady_clock::time_point steady_time_of(std::optional<time_point> when, time_point now)
{
    if (!when)
        return std::chrono::steady_clock::time_point::max();
    const auto wait = std::clamp<std::chrono::nanoseconds>(*when - now, milliseconds(1), minutes(1));
    return std::chrono::steady_clock::now() + wait;
}

}  // namespace trunkwarden
