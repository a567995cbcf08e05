#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "theft/replay.hpp"

namespace trunkwarden::theft {
namespace {

constexpr std::string_view first_address = "198.51.100.20";

// The report on those days, by hour.
std::vector<usage_row> rows_of(const use_stream& stream)
{
    std::map<std::pair<traffic_lane, time_point>, traffic_sum> sums;
    for (const auto& each : stream.calls) {
        auto& sum = sums[{lane_of(each), std::chrono::floor<std::chrono::hours>(each.started)}];
        ++sum.attempts;
        sum.connected += each.connected ? 1 : 0;
        sum.seconds += static_cast<std::uint64_t>(each.seconds);
        sum.cost += amount{each.cost};
    }
    std::vector<usage_row> rows;
    for (const auto& [key, sum] : sums)
        rows.push_back({key.first, key.second, sum});
    return rows;
}

std::vector<detail_record> details_of(const use_stream& stream)
{
    std::vector<detail_record> out;
    for (const auto& each : stream.calls) {
        detail_record record;
        record.lane = lane_of(each);
        record.number = fmt::format("{}", each.number);
        record.started = each.started;
        record.seconds = static_cast<std::uint64_t>(each.seconds);
        out.push_back(std::move(record));
    }
    return out;
}

unsigned whole(double count)
{
    return static_cast<unsigned>(std::ceil(count / 10)) * 10;
}

traffic_entry entry_by_hand(const business& whose, traffic_product product, double a_day)
{
    const auto grows = (whose.has_campaigns ? 3.0 : 1.0) * (whose.is_seasonal ? 1.8 : 1.0);
    const auto an_hour = std::max(20.0, a_day * grows * 0.5);
    traffic_entry out;
    out.product = product;
    std::int64_t dearest = 0;
    for (const auto& each : whose.reached) {
        out.destinations.emplace_back(each.country);
        dearest = std::max(dearest, places()[place_of(each.country)].minute);
    }
    std::ranges::sort(out.destinations);
    out.max_calls_per_hour = whole(an_hour);
    if (product == traffic_product::messaging)
        return out;
    out.max_minutes_per_hour = whole(an_hour * whose.minutes * 2);
    const auto dollars = an_hour * whose.minutes * 2 * static_cast<double>(dearest) / 1e6;
    out.max_cost_per_hour = whole_units(std::max<std::int64_t>(3, std::llround(std::ceil(dollars))));
    out.max_calls_to_one_number = 15;
    out.max_call_minutes = 150;
    if (whose.hours == rhythm::monday)
        if (auto hours = parse_weekly_hours("Mon..Fri 07:00-20:00 Etc/GMT+6"))
            out.hours = *hours;
    return out;
}

}  // namespace

traffic_lane lane_of(const made_use& some)
{
    return {some.product, some.product == traffic_product::messaging ? "profile" : "office",
            std::string(places()[some.place].country)};
}

use_limits captured_limits(const business& whose, std::uint64_t seed, day first, const room_to_breathe& with)
{
    const auto before = honest_use(whose, seed, first, {0, days_of_capture});
    seen_use seen;
    seen.since = first;
    seen.until = first + std::chrono::days(days_of_capture);
    seen.rows = rows_of(before);
    seen.details = details_of(before);
    seen.has_all_details = true;
    const auto proposed = propose_use(seen, with);
    use_limits out{proposed.spending, proposed.traffic, {std::string(first_address)}};
    if (whose.monthly_bill > 0)  // the mark in the captured baseline asks for it
        out.spending.max_single_charge = whole_units(whose.monthly_bill + 20);
    return out;
}

use_limits limits_by_hand(const business& whose)
{
    use_limits out;
    out.spending.present = true;
    out.spending.max_per_minute = whole_units(3);
    out.spending.max_per_hour = whole_units(25);
    out.spending.max_per_day = whole_units(120);
    out.spending.max_single_charge = whole_units(whose.monthly_bill > 0 ? whose.monthly_bill + 20 : 10);
    out.traffic.present = true;
    out.traffic.entries.push_back(entry_by_hand(whose, traffic_product::sip_trunking, whose.calls_a_day));
    if (whose.messages_a_day > 0)
        out.traffic.entries.push_back(entry_by_hand(whose, traffic_product::messaging, whose.messages_a_day));
    out.addresses = {"198.51."};
    return out;
}

}  // namespace trunkwarden::theft
