#include "fetch/retry.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "fetch/http_date.hpp"

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

// The server's own clock when it reports it: ours may be wrong.
time_point clock_of(const answer_hints& hints, time_point now)
{
    return parse_http_date(hints.date, now).value_or(now);
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

std::optional<milliseconds> until_reset(const answer_hints& hints, time_point now)
{
    const auto number = parse_number(hints.rate_reset);
    if (!number)
        return std::nullopt;
    constexpr double epoch_begins = 1e9;
    if (*number <= epoch_begins)
        return rounded_up(*number * 1000);
    const auto since_epoch = std::chrono::duration<double>(clock_of(hints, now).time_since_epoch()).count();
    // A Unix time in whole seconds is up to a second before the moment that it means.
    return rounded_up(std::max(0.0, *number + 1 - since_epoch) * 1000);
}

std::optional<milliseconds> asked_to_wait(unsigned status, const answer_hints& hints, time_point now)
{
    if (const auto number = parse_number(hints.retry_after_ms))
        return rounded_up(*number);
    if (const auto number = parse_number(hints.retry_after))
        return rounded_up(*number * 1000);
    if (const auto date = parse_http_date(hints.retry_after, now))
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
    // Never sooner than asked; a little later, so that clients that got the same moment do not meet again.
    return *asked + milliseconds(std::llround(static_cast<double>(policy.first.count()) * 0.5 * jitter));
}

}  // namespace trunkwarden
