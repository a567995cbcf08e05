#include "status/nothing_read.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "findings/blindness.hpp"

namespace trunkwarden {
namespace {

std::string age_of(time_point at, time_point now)
{
    return for_people(std::chrono::floor<std::chrono::seconds>(now - at));
}

}  // namespace

std::optional<nothing_read_now> nothing_read_of(std::span<const coverage> seen)
{
    const coverage* first = nullptr;
    std::optional<time_point> since;
    for (const auto& one : seen) {
        if (!shows_whether_anything_is_seen(one))
            continue;
        if (one.was_read() || one.state == reading_state::never)
            return std::nullopt;
        if (first == nullptr)
            first = &one;
        since = std::max(since, one.last_read());
    }
    return first == nullptr ? std::nullopt : std::optional(nothing_read_now{since, first->reason});
}

std::string sentence_of(const nothing_read_now& found, const std::string& account, time_point now)
{
    if (!found.since)
        return fmt::format("Nothing of account {} could be read yet: {}", account, found.reason);
    return fmt::format("Nothing of account {} was read since {} ({}): {}", account,
                       utc_text(*found.since, now), age_of(*found.since, now), found.reason);
}

std::string moment_and_age(time_point at, time_point now)
{
    return fmt::format("{} ago ({})", age_of(at, now), utc_text(at, now));
}

}  // namespace trunkwarden
