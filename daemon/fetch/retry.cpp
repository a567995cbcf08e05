#include "fetch/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace trunkwarden {
namespace {

using std::chrono::milliseconds;

// Far more than any patience, and far from overflow.
constexpr double max_number = 1e12;

std::optional<double> parse_number(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(number) || number < 0)
        return std::nullopt;
    return std::min(number, max_number);
}

milliseconds rounded_up(double count)
{
    return milliseconds(static_cast<std::int64_t>(std::ceil(count)));
}

milliseconds not_negative(time_point until, time_point now)
{
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - now));
}

std::optional<int> parse_digits(std::string_view text)
{
    int number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size() || number < 0)
        return std::nullopt;
    return number;
}

// The server's own clock when it tells it: ours may be wrong.
time_point clock_of(const answer_hints& hints, time_point now)
{
    return parse_http_date(hints.date).value_or(now);
}

// 408, 409, 429 and 5xx are what Telnyx's own libraries repeat.
bool passing(unsigned status)
{
    return status == 408 || status == 409 || status == 429 || status >= 500;
}

bool worth_repeating(const attempt& last)
{
    if (last.failed)
        return *last.failed == errc::unreachable || *last.failed == errc::timed_out;
    return passing(last.status);
}

milliseconds back_off(const retry_policy& policy, unsigned number, double jitter)
{
    auto wait = policy.first;
    for (unsigned i = 1; i < number && wait < policy.max_wait; ++i)
        wait *= 2;
    wait = std::min(wait, policy.max_wait);
    // Up to a quarter less, as Telnyx's libraries do: clients that failed together come back apart.
    return milliseconds(std::llround(static_cast<double>(wait.count()) * (1.0 - 0.25 * jitter)));
}

}  // namespace

std::optional<time_point> parse_http_date(std::string_view text)
{
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[19] != ':' ||
        text[22] != ':')
        return std::nullopt;
    const auto month = std::find(months.begin(), months.end(), text.substr(8, 3));
    const auto day_of_month = parse_digits(text.substr(5, 2));
    const auto year = parse_digits(text.substr(12, 4));
    const auto hour = parse_digits(text.substr(17, 2));
    const auto minute = parse_digits(text.substr(20, 2));
    const auto second = parse_digits(text.substr(23, 2));
    if (month == months.end() || !day_of_month || !year || !hour || !minute || !second)
        return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month - months.begin() + 1)),
        std::chrono::day(static_cast<unsigned>(*day_of_month))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60)
        return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

std::optional<milliseconds> until_reset(const answer_hints& hints, time_point now)
{
    const auto number = parse_number(hints.rate_reset);
    if (!number)
        return std::nullopt;
    constexpr double epoch_begins = 1e9;
    if (*number <= epoch_begins)
        return rounded_up(*number * 1000);
    const auto since_epoch = std::chrono::duration<double>(clock_of(hints, now).time_since_epoch()).count();
    // A Unix time in whole seconds lies up to a second before the moment it stands for.
    return rounded_up(std::max(0.0, *number + 1 - since_epoch) * 1000);
}

std::optional<milliseconds> asked_to_wait(unsigned status, const answer_hints& hints, time_point now)
{
    if (const auto number = parse_number(hints.retry_after_ms))
        return rounded_up(*number);
    if (const auto number = parse_number(hints.retry_after))
        return rounded_up(*number * 1000);
    if (const auto date = parse_http_date(hints.retry_after))
        return not_negative(*date, clock_of(hints, now));
    if (status == 429)
        return until_reset(hints, now);
    return std::nullopt;
}

std::optional<milliseconds> wait_before_retry(const retry_policy& policy, const attempt& last, time_point now,
                                              double jitter)
{
    if (last.number >= policy.attempts || !worth_repeating(last))
        return std::nullopt;
    const auto wait = back_off(policy, last.number, jitter);
    if (last.failed)
        return wait;
    const auto asked = asked_to_wait(last.status, last.hints, now);
    if (!asked)
        return wait;
    if (*asked > policy.patience)
        return std::nullopt;
    if (*asked == milliseconds(0))
        return wait;  // "0" does not mean at once and again
    // Never sooner than asked; a little later, so that those who were told the same moment do not meet again.
    return *asked + milliseconds(std::llround(static_cast<double>(policy.first.count()) * 0.5 * jitter));
}

}  // namespace trunkwarden
