#include "use/exposure.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace trunkwarden {
namespace {

// Nothing when neither limits it.
std::optional<std::int64_t> smaller(std::optional<std::int64_t> a, std::optional<std::int64_t> b)
{
    if (!a || !b)
        return a ? a : b;
    return std::min(*a, *b);
}

void take_end(const profile_limits& profile, const spend_limits& limits, exposure& out)
{
    out.currency = limits.currency;
    const bool by_the_day = profile.a_day && (!limits.available || *profile.a_day < *limits.available);
    if (by_the_day) {
        out.end = "daily_spend_limit";
        out.until = *profile.a_day;
    } else if (limits.available) {
        out.end = "balance";
        out.until = *limits.available;
        out.refills = limits.recharges;
    }
}

exposure through(const profile_limits& profile, const spend_limits& limits,
                 std::optional<std::int64_t> channels)
{
    exposure out;
    const auto calls = smaller(profile.calls, channels);
    if (profile.highest_rate && calls)
        out.per_minute = *profile.highest_rate * *calls;
    take_end(profile, limits, out);
    return out;
}

std::string in_currency(const exposure& some, amount amount)
{
    return some.currency.empty() ? to_text(amount) : fmt::format("{} {}", some.currency, to_text(amount));
}

}  // namespace

std::optional<exposure> exposure_through(const spend_limits& limits, std::string_view profile,
                                         std::optional<std::int64_t> channels)
{
    std::optional<exposure> most;
    for (const auto& profile_limits : limits.profiles) {
        if (!profile.empty() && profile_limits.id != profile)
            continue;
        std::optional<exposure> found = through(profile_limits, limits, channels);
        if (is_less(most, found))
            most = std::move(found);
    }
    return most;
}

std::string per_minute_of(const exposure& some)
{
    return some.per_minute ? to_text(*some.per_minute) : "no limit";
}

std::string end_of(const exposure& some)
{
    return some.end.empty() ? std::string() : fmt::format("{} {}", some.end, to_text(some.until));
}

std::string minute_words_of(const exposure& some)
{
    return some.per_minute ? fmt::format("up to {} a minute", in_currency(some, *some.per_minute))
                           : std::string("no limit on what a minute costs");
}

std::string words_of(const exposure& some)
{
    auto out = minute_words_of(some);
    if (some.end == "balance")
        out += fmt::format(" until the balance of {} is gone{}", to_text(some.until),
                           some.refills ? ", and auto-recharge fills it again" : "");
    else if (!some.end.empty())
        out += fmt::format(" until {} is reached, {} a day", some.end, to_text(some.until));
    return out;
}

}  // namespace trunkwarden
