#include "alerts/receiver_clock.hpp"

#include "fetch/http_date.hpp"

namespace trunkwarden {

std::optional<std::chrono::milliseconds> clock_ahead(const answer_hints& hints, const exchange_times& when)
{
    using std::chrono::milliseconds;
    const auto date = parse_http_date(hints.date, when.answered);
    if (!date)
        return std::nullopt;
    const auto latest = *date + std::chrono::seconds(1);  // a Date leaves out the part of the second
    if (*date > when.answered)
        return std::chrono::duration_cast<milliseconds>(*date - when.answered);
    if (latest < when.sent)
        return std::chrono::duration_cast<milliseconds>(latest - when.sent);
    return milliseconds(0);
}

std::chrono::milliseconds clock_offset()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch() -
        std::chrono::steady_clock::now().time_since_epoch());
}

std::chrono::milliseconds ahead_now(const measured_clock& clock, std::chrono::milliseconds offset)
{
    constexpr std::chrono::milliseconds drift(1000);  // NTP slews
    const auto moved = offset - clock.offset;
    return std::chrono::abs(moved) <= drift ? clock.ahead : clock.ahead - moved;
}

}  // namespace trunkwarden
