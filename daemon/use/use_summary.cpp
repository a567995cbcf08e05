#include "use/use_summary.hpp"

#include <algorithm>

namespace trunkwarden {

std::optional<money_summary> money_in(const spending_record& record, std::chrono::milliseconds longest_pause,
                                      time_point now)
{
    using namespace std::chrono_literals;
    if (record.is_empty())
        return std::nullopt;
    constexpr std::ptrdiff_t hours_shown = 24;
    money_summary out;
    out.currency = record.last().is.currency;
    out.available = record.last().is.available;
    const auto first = std::max(now - 24h, record.samples().front().since);
    out.has_pauses = !record.covers(first, longest_pause);
    const auto age = [now](time_point at) {
        return std::chrono::floor<std::chrono::hours>(now - at).count();
    };
    const auto hours = std::clamp<std::ptrdiff_t>(age(first) + 1, 1, hours_shown);
    out.spent_by_hour.assign(static_cast<std::size_t>(hours), 0.0);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    for (const auto& change : record.changes()) {
        if (std::chrono::floor<std::chrono::days>(change.ended) == today)
            out.today += change.spent;
        const auto hour = age(change.ended);
        if (change.ended > now || hour >= hours)
            continue;
        out.last_day += change.spent;
        out.spent_by_hour.at(static_cast<std::size_t>(hours - 1 - hour)) +=
            static_cast<double>(change.spent.millionths) / 1e6;
    }
    return out;
}

}  // namespace trunkwarden
