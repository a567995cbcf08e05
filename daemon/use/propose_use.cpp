#include "use/propose_use.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// The connection or profile that an entry is about.
using sender = std::pair<traffic_product, std::string>;

struct busiest {
    std::uint64_t calls = 0;
    std::uint64_t seconds = 0;
    amount cost;
    time_point hour;  // in which most calls were made
};

struct sender_use {
    std::set<std::string> countries;
    std::map<time_point, traffic_sum> hours;
};

busiest busiest_of(const std::map<time_point, traffic_sum>& hours)
{
    busiest out;
    for (const auto& [hour, sum] : hours) {
        if (sum.attempts > out.calls)
            out.hour = hour;
        out.calls = std::max(out.calls, sum.attempts);
        out.seconds = std::max(out.seconds, sum.seconds);
        out.cost = std::max(out.cost, sum.cost);
    }
    return out;
}

// 7 stays, 143 becomes 150, and 1,430 becomes 1,500: two digits are enough for a limit.
std::int64_t rounded_up(std::int64_t count)
{
    std::int64_t step = 1;
    while (count / step >= 100)
        step *= 10;
    if (count > 20 && step == 1)
        step = 10;
    return (count + step - 1) / step * step;
}

amount rounded_up(amount sum)
{
    constexpr std::int64_t unit = 1'000'000;
    return whole_units(rounded_up((sum.millionths + unit - 1) / unit));
}

unsigned limit_on(std::uint64_t seen, std::int64_t least, const room_to_breathe& with)
{
    return static_cast<unsigned>(rounded_up(std::max(static_cast<std::int64_t>(seen) * with.times, least)));
}

amount limit_on(amount seen, amount least, const room_to_breathe& with)
{
    return rounded_up(std::max(seen * with.times, least));
}

std::map<sender, sender_use> by_sender(const std::vector<usage_row>& rows)
{
    std::map<sender, sender_use> out;
    for (const auto& row : rows) {
        if (row.sum.attempts == 0)
            continue;
        auto& whose = out[{row.lane.product, row.lane.connection}];
        whose.countries.insert(row.lane.country);
        whose.hours[row.period] += row.sum;
    }
    return out;
}

std::string hour_text(time_point hour)
{
    return rfc3339(hour).substr(0, 16) + "Z";
}

// "31 days"
std::string days_in(const seen_use& seen)
{
    return plural(static_cast<std::size_t>((seen.until - seen.since) / std::chrono::hours(24)), "day");
}

std::string figures_of(traffic_product product, const busiest& most, const seen_use& seen)
{
    const auto noun = plural(static_cast<std::size_t>(most.calls), noun_of(product));
    const auto minutes =
        has_minutes(product) ? fmt::format(", {} minutes", (most.seconds + 59) / 60) : std::string();
    return fmt::format("the busiest hours of {} had {}{}, and cost {}; the busiest began {}", days_in(seen),
                       noun, minutes, to_text(most.cost), hour_text(most.hour));
}

// How often the most called number was called within an hour of the clock.
std::uint64_t most_to_one_number(const sender& whose, const std::vector<detail_record>& details)
{
    std::map<std::pair<std::string, time_point>, std::uint64_t> counts;
    std::uint64_t most = 0;
    for (const auto& record : details)
        if (record.lane.product == whose.first && record.lane.connection == whose.second &&
            !record.number.empty())
            most = std::max(
                most, ++counts[{record.number, std::chrono::floor<std::chrono::hours>(record.started)}]);
    return most;
}

std::uint64_t longest_minutes(const sender& whose, const std::vector<detail_record>& details)
{
    std::uint64_t longest = 0;
    for (const auto& record : details)
        if (record.lane.product == whose.first && record.lane.connection == whose.second)
            longest = std::max(longest, (record.seconds + 59) / 60);
    return longest;
}

// A baseline takes a day at most.
unsigned limit_on_one_call(const sender& whose, const seen_use& seen, const room_to_breathe& with)
{
    constexpr unsigned minutes_of_a_day = 1440;
    return std::min(limit_on(longest_minutes(whose, seen.details), with.least_call_minutes, with),
                    minutes_of_a_day);
}

std::string words_for(const sender& whose)
{
    const auto product = std::string(names_of<traffic_product>[whose.first]);
    return whose.second.empty() || whose.second == not_in_report
               ? product
               : fmt::format("{} of {}", product, whose.second);
}

// Fills the entry; false where no countries can be named, and so nothing can be trusted.
bool name_destinations(const sender& whose, const std::set<std::string>& countries, traffic_entry& to,
                       std::vector<std::string>& not_proposed)
{
    if (countries.contains(std::string(not_in_report))) {
        not_proposed.push_back(fmt::format(
            "{}: the reports do not say which countries were reached, and an entry without destinations "
            "trusts them all",
            words_for(whose)));
        return false;
    }
    for (const auto& country : countries)
        if (country.size() == 2)
            to.destinations.push_back(country);
    if (countries.contains(""))
        not_proposed.push_back(
            fmt::format("{}: part of it went to numbers of no known country", words_for(whose)));
    return !to.destinations.empty();
}

void limit_details(const sender& whose, const seen_use& seen, const room_to_breathe& with, traffic_entry& to)
{
    if (!seen.has_all_details)
        return;
    to.max_calls_to_one_number =
        limit_on(most_to_one_number(whose, seen.details), with.least_to_one_number, with);
    if (has_minutes(whose.first))
        to.max_call_minutes = limit_on_one_call(whose, seen, with);
}

void propose_traffic(const seen_use& seen, const room_to_breathe& with, proposed_use& to)
{
    for (const auto& [whose, use] : by_sender(seen.rows)) {
        traffic_entry entry;
        entry.product = whose.first;
        entry.connection_id = whose.second == not_in_report ? std::string() : whose.second;
        if (!name_destinations(whose, use.countries, entry, to.not_proposed))
            continue;
        const auto most = busiest_of(use.hours);
        entry.max_calls_per_hour = limit_on(most.calls, with.least_calls, with);
        if (has_minutes(whose.first))
            entry.max_minutes_per_hour = limit_on((most.seconds + 59) / 60, with.least_minutes, with);
        entry.max_cost_per_hour = limit_on(most.cost, with.least_cost, with);
        limit_details(whose, seen, with, entry);
        to.traffic.present = true;
        to.traffic.entries.push_back(std::move(entry));
        to.traffic_figures.push_back(figures_of(whose.first, most, seen));
    }
    if (to.traffic.present && !seen.has_all_details)
        to.not_proposed.emplace_back(
            "max_calls_to_one_number and max_call_minutes: there are more records than were read");
}

// Reports have no number of calls at the same time: the minutes of an hour are their average, and its busiest
// minutes have about twice as many.
std::uint64_t running_in(const busiest& most)
{
    return 2 * ((most.seconds + 3599) / 3600);
}

void propose_active_calls(const seen_use& seen, const room_to_breathe& with, proposed_use& to)
{
    for (const auto& [whose, use] : by_sender(seen.rows)) {
        const auto& [product, application] = whose;
        // Of the others nobody knows whether they show their calls.
        if (product != traffic_product::call_control || application.empty() || application == not_in_report)
            continue;
        if (to.active_calls.limits.size() == max_call_limits) {
            to.not_proposed.push_back(
                fmt::format("active_calls: more than {} applications made calls, and each "
                            "would be a request a minute",
                            max_call_limits));
            return;
        }
        const auto most = busiest_of(use.hours);
        call_limit limit;
        limit.connection_id = application;
        limit.max_calls = limit_on(running_in(most), with.least_running, with);
        if (seen.has_all_details)
            limit.max_call_minutes = limit_on_one_call(whose, seen, with);
        to.active_calls.present = true;
        to.active_calls.limits.push_back(std::move(limit));
        to.calls_figures.push_back(fmt::format(
            "the calls of the busiest hour of {} lasted {} minutes, so that about {} ran at the same "
            "time in its busiest minutes",
            days_in(seen), (most.seconds + 59) / 60, running_in(most)));
    }
}

void propose_spending(const seen_use& seen, const room_to_breathe& with, proposed_use& to)
{
    std::map<time_point, traffic_sum> hours;
    std::map<time_point, traffic_sum> days;
    for (const auto& row : seen.rows) {
        hours[row.period] += row.sum;
        days[std::chrono::floor<std::chrono::days>(row.period)] += row.sum;
    }
    const auto hour = busiest_of(hours).cost;
    const auto date = busiest_of(days).cost;
    if (date <= amount{})
        return;
    auto& limits = to.spending;
    limits.present = true;
    limits.max_per_hour = limit_on(hour, with.least_cost, with);
    limits.max_per_minute = rounded_up(
        std::max({with.least_a_minute, amount{limits.max_per_hour->millionths / with.minutes_of_an_hour}}));
    limits.max_per_day = std::max(limit_on(date, with.least_a_day, with), *limits.max_per_hour);
    limits.max_single_charge = with.single_charge;
    if (seen.recharge_by && *seen.recharge_by > amount{})
        limits.max_top_ups_per_day =
            static_cast<unsigned>((limits.max_per_day->millionths + seen.recharge_by->millionths - 1) /
                                  seen.recharge_by->millionths);
    to.spending_figures = fmt::format("the dearest hour of {} cost {}, the dearest day {}", days_in(seen),
                                      to_text(hour), to_text(date));
}

}  // namespace

proposed_use propose_use(const seen_use& seen, const room_to_breathe& with)
{
    proposed_use out;
    propose_traffic(seen, with, out);
    propose_active_calls(seen, with, out);
    propose_spending(seen, with, out);
    return out;
}

}  // namespace trunkwarden
