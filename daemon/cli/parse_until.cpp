#include "cli/parse_until.hpp"

#include <optional>

#include "support/parse_date.hpp"
#include "support/parse_duration.hpp"
#include "support/parse_time.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

std::optional<time_point> moment_of(std::string_view text, time_point now)
{
    if (const auto span = parse_duration(text))
        return now + *span;
    if (const auto date = parse_date(text))
        return start_of(*date + std::chrono::days(1));
    return parse_time(text);
}

std::optional<time_point> past_moment_of(std::string_view text, time_point now)
{
    if (const auto span = parse_duration(text))
        return now - *span;
    if (const auto date = parse_date(text))
        return start_of(*date);
    return parse_time(text);
}

// A day from its end.
std::optional<time_point> past_end_of(std::string_view text, time_point now)
{
    if (const auto date = parse_date(text))
        return start_of(*date + std::chrono::days(1));
    return past_moment_of(text, now);
}

}  // namespace

result<time_point> parse_until(std::string_view text, time_point now)
{
    const auto moment = moment_of(text, now);
    if (!moment)
        return bad_usage(
            "--until {} is no time: write 4h or 2d (from now), 2026-12-01 (to the end of that "
            "day in UTC) or 2026-12-01T08:00:00Z",
            quoted_text(text));
    if (*moment <= now)
        return bad_usage("--until {} is in the past", quoted_text(text));
    return time_point(std::chrono::ceil<std::chrono::seconds>(*moment));
}

result<time_point> parse_since(std::string_view text, time_point now)
{
    const auto moment = past_moment_of(text, now);
    if (!moment)
        return bad_usage(
            "--since {} is no time: write 2h or 3d (until now), 2026-12-01 (from the beginning of that day in "
            "UTC) or 2026-12-01T08:00:00Z",
            quoted_text(text));
    if (*moment > now)
        return bad_usage("--since {} is in the future", quoted_text(text));
    return *moment;
}

result<past_period> parse_period(std::string_view since, std::string_view until, time_point now)
{
    past_period out;
    if (!since.empty()) {
        const auto from = parse_since(since, now);
        if (!from)
            return from.error();
        out.from = *from;
    }
    if (until.empty())
        return out;
    const auto to = past_end_of(until, now);
    if (!to)
        return bad_usage(
            "--until {} is no time: write 2h or 3d (before now), 2026-12-01 (to the end of that day in UTC) or "
            "2026-12-01T08:00:00Z",
            quoted_text(until));
    if (out.from && *to <= *out.from)
        return bad_usage("--until {} is not after --since {}", quoted_text(until), quoted_text(since));
    if (*to < now)
        out.to = *to;
    return out;
}

}  // namespace trunkwarden
