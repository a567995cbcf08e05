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
    std::size_t lists = 0;
    std::size_t failing = 0;
    const coverage* first = nullptr;
    std::optional<time_point> before_failing;
    std::optional<time_point> read;
    for (const auto& coverage : seen) {
        if (!shows_whether_anything_is_seen(coverage))
            continue;
        if (coverage.state == reading_state::never)
            return std::nullopt;
        ++lists;
        if (coverage.was_read()) {
            read = std::max(read, coverage.last_read());
            continue;
        }
        ++failing;
        before_failing = std::max(before_failing, coverage.last_read());
        if (first == nullptr)
            first = &coverage;
    }
    // A list that is read rarely was not tried since the others were read last, and says nothing about now.
    const bool was_read_since = read && (!before_failing || *read >= *before_failing);
    if (2 * failing <= lists || was_read_since)
        return std::nullopt;
    return nothing_read_now{before_failing, first->reason};
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
