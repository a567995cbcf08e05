#include "use/use_summary.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "use/spending_window.hpp"
#include "use/traffic_window.hpp"

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
    out.lasts = lasts_for(record, record.last().until);
    const auto other_currency = record.currency_changed_at();
    out.has_pauses = !record.covers(first, longest_pause) || now - record.last().until > longest_pause ||
                     (other_currency && *other_currency >= first);
    const auto age = [now](time_point at) {
        return std::chrono::floor<std::chrono::hours>(now - at).count();
    };
    const auto hours = std::clamp<std::ptrdiff_t>(age(first) + 1, 1, hours_shown);
    out.spent_by_hour.assign(static_cast<std::size_t>(hours), 0.0);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    for (const auto& change : record.changes()) {
        if (other_currency && change.ended <= *other_currency)
            continue;
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

std::vector<called_country> calls_by_country(const traffic_record& record, time_point now)
{
    traffic_policy all_calls;
    for (const auto product :
         {traffic_product::sip_trunking, traffic_product::call_control, traffic_product::webrtc})
        all_calls.entries.emplace_back().product = product;
    const traffic_windows windows(all_calls, record, now);
    std::map<std::string, traffic_sum> sums;
    for (std::size_t at = 0; at < all_calls.entries.size(); ++at)
        for (const auto& [lane, sum] : windows.hours_of(at).front().lanes)
            sums[lane.country.empty() || lane.country == not_in_report ? "unknown" : lane.country] += sum;
    std::vector<called_country> out;
    for (const auto& [country, sum] : sums)
        if (sum.attempts > 0)
            out.push_back({country, sum.attempts, sum.cost});
    std::ranges::stable_sort(out, std::ranges::greater(), &called_country::calls);
    return out;
}

}  // namespace trunkwarden
