#include "theft/evaluation.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace trunkwarden::theft {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr auto until_somebody_approves = 5min;

// A Monday, so that weeks are the same for all seeds; months are not.
day first_day(std::uint64_t seed)
{
    return std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + std::chrono::days(7 * (seed % 12));
}

use_limits limits_for(const business& whose, std::uint64_t seed, const evaluated_by& asked)
{
    return asked.limits == limits_from::hand ? limits_by_hand(whose)
                                             : captured_limits(whose, seed, first_day(seed), asked.room);
}

// All that calls cost that began by then, each until `end` at most.
std::int64_t cost_until(const std::vector<made_use>& calls, time_point last_begin, time_point end)
{
    std::int64_t sum = 0;
    for (const auto& each : calls) {
        if (each.started > last_begin)
            continue;
        const auto minutes = (each.seconds + 59) / 60;
        const auto begun = std::min<std::int64_t>(minutes, (end - each.started) / 1min + 1);
        sum += minutes == 0 ? each.cost : each.cost / minutes * begun;
    }
    return sum;
}

std::optional<seconds> time_from(std::optional<time_point> begin, time_point end)
{
    if (!begin)
        return std::nullopt;
    return std::max(0s, std::chrono::duration_cast<seconds>(end - *begin));
}

void note_times(theft_told& to, const theft_made& theft, time_point told)
{
    std::optional<time_point> rated;
    std::optional<time_point> refused;
    for (const auto& each : theft.calls) {
        if (each.connected && (!rated || shown(each).price < *rated))
            rated = shown(each).price;
        if (!each.connected && (!refused || each.started < *refused))
            refused = each.started;
    }
    to.after = time_from(theft.began, told);
    to.after_first_rated = time_from(rated, told);
    to.after_first_refused = time_from(refused, told);
}

// A business, its limits, and the days on which thieves come.
class visited_business {
public:
    visited_business(const business& whose, std::uint64_t seed, const evaluated_by& asked)
        : whose_(whose), seed_(seed), limits_(limits_for(whose, seed, asked))
    {
        const auto weeks = static_cast<std::uint64_t>(std::max(1, (asked.days - 14) / 7));
        friday_ = days_of_capture + 1 + 7 * static_cast<int>(seed % weeks);
    }

    theft_told visit_of(thief who)
    {
        const auto theft = make_theft(who, whose_, seed_, first_day(seed_) + std::chrono::days(friday_));
        const auto told = told_at(theft, who == thief::slow_abroad || who == thief::slow_at_home ? 12 : 3);
        theft_told out;
        out.who = who;
        out.victim = whose_.name;
        const auto stopped = told ? *told + until_somebody_approves : latest_time;
        out.lost_until_told = cost_until(theft.calls, told.value_or(latest_time), told.value_or(latest_time));
        out.lost_until_stopped = cost_until(theft.calls, stopped, latest_time);
        if (told)
            note_times(out, theft, *told);
        return out;
    }

private:
    // The first alarm that the same days without the thief do not have.
    std::optional<time_point> told_at(const theft_made& theft, int days)
    {
        auto stream = honest_use(whose_, seed_, first_day(seed_), {friday_ - 1, friday_ + days});
        auto& without = without_.try_emplace(days).first->second;
        if (!without)
            without = replay(stream, limits_, {});
        add_theft(stream, theft);
        const auto is_of_him = [&](const alarm& each) {
            return each.at >= theft.began && std::ranges::find(*without, each) == without->end();
        };
        const auto with = replay(stream, limits_, {.is_enough = is_of_him});
        return !with.empty() && is_of_him(with.back()) ? std::optional(with.back().at) : std::nullopt;
    }

    const business& whose_;
    std::uint64_t seed_;
    use_limits limits_;
    int friday_ = 0;
    std::map<int, std::optional<std::vector<alarm>>> without_;  // by the number of days
};

std::vector<business> chosen_businesses(const evaluated_by& asked)
{
    std::vector<business> out;
    for (const auto& whose : businesses())
        if (asked.only.empty() || std::ranges::find(asked.only, whose.name) != asked.only.end())
            out.push_back(whose);
    return out;
}

}  // namespace

std::vector<theft_told> evaluate_thefts(const evaluated_by& asked)
{
    std::vector<theft_told> out;
    for (const auto& whose : chosen_businesses(asked))
        for (const auto seed : asked.seeds) {
            visited_business visited(whose, seed, asked);
            for (const auto who : asked.visited_by)
                out.push_back(visited.visit_of(who));
        }
    return out;
}

std::vector<business_told> evaluate_honest(const evaluated_by& asked)
{
    std::vector<business_told> out;
    for (const auto& whose : chosen_businesses(asked)) {
        business_told honest{.name = whose.name};
        for (const auto seed : asked.seeds) {
            const auto stream =
                honest_use(whose, seed, first_day(seed), {days_of_capture, days_of_capture + asked.days});
            const auto alarms =
                replay(stream, limits_for(whose, seed, asked),
                       {.then = unknown_ones::are_accepted, .traffic_each = asked.traffic_each});
            honest.times += times_told(alarms);
            honest.days += asked.days;
            for (const auto& each : alarms)
                honest.ids.push_back(each.id);
        }
        out.push_back(std::move(honest));
    }
    return out;
}

std::optional<double> median(std::vector<double> values)
{
    if (values.empty())
        return std::nullopt;
    std::ranges::sort(values);
    return values[values.size() / 2];
}

}  // namespace trunkwarden::theft
