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

}  // namespace trunkwarden
