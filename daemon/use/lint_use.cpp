#include "use/lint_use.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "support/plural.hpp"
#include "use/traffic_window.hpp"

namespace trunkwarden {
namespace {

// A limit of more than so many times the busiest hour was never nearly reached.
constexpr std::int64_t far_above = 10;

struct covered_use {
    std::set<std::string> countries;
    std::map<time_point, traffic_sum> hours;
};

std::string days_of(const seen_use& seen)
{
    return plural(static_cast<std::size_t>((seen.until - seen.since) / std::chrono::hours(24)), "day");
}

// The use that this entry covers and no earlier one does.
covered_use use_under(const traffic_policy& policy, std::size_t nth, const seen_use& seen)
{
    covered_use out;
    for (const auto& row : seen.rows) {
        const auto by = covering(policy, row.lane, row.period, row.period + std::chrono::hours(1));
        if (by != nth || row.sum.attempts == 0)
            continue;
        out.countries.insert(row.lane.country);
        out.hours[row.period] += row.sum;
    }
    return out;
}

std::optional<std::string> never_near(std::string_view name, std::optional<unsigned> limit,
                                      std::uint64_t most, std::int64_t least, const seen_use& seen)
{
    const auto used = static_cast<std::int64_t>(most);
    if (!limit || *limit <= std::max(used * far_above, least))
        return std::nullopt;
    return fmt::format(
        "{} ({}) was never nearly reached: the busiest hour of {} had {}; lower it, so that a "
        "thief may take less",
        name, *limit, days_of(seen), most);
}

// The dearest hour, or day, that was seen.
struct dearest_span {
    std::string_view name;
    amount cost;
};

std::optional<std::string> never_near(std::string_view name, std::optional<amount> limit,
                                      const dearest_span& most, amount least, const seen_use& seen)
{
    if (!limit || *limit <= std::max(most.cost * far_above, least))
        return std::nullopt;
    return fmt::format(
        "{} ({}) was never nearly reached: the dearest {} of {} cost {}; lower it, so that a "
        "thief may take less",
        name, to_text(*limit), most.name, days_of(seen), to_text(most.cost));
}

std::optional<std::string> never_called(const traffic_entry& entry, const covered_use& use,
                                        const seen_use& seen)
{
    std::vector<std::string> others;
    for (const auto& country : entry.destinations)
        if (!use.countries.contains(country))
            others.push_back(country);
    if (others.empty())
        return std::nullopt;
    return fmt::format("never called in {}: {}; take out those that nobody needs", days_of(seen),
                       fmt::join(others, ", "));
}

traffic_sum most_of(const std::map<time_point, traffic_sum>& hours)
{
    traffic_sum most;
    for (const auto& [hour, sum] : hours)
        most = larger(most, sum);
    return most;
}

void lint_entry_by_use(const traffic_entry& entry, const covered_use& use, const seen_use& seen,
                       std::vector<lint_issue>& to)
{
    const auto most = most_of(use.hours);
    const room_to_breathe room;
    if (use.hours.empty()) {
        to.push_back({entry.line, "traffic", lint_issue_kind::matches_nothing,
                      fmt::format("covers nothing that was used in {}: take it out, if nobody needs it",
                                  days_of(seen))});
        return;
    }
    if (auto said = never_called(entry, use, seen))
        to.push_back({entry.line, "traffic", lint_issue_kind::matches_nothing, *std::move(said)});
    for (auto& said : {never_near("max_calls_per_hour", entry.max_calls_per_hour, most.attempts,
                                  room.least_calls * far_above / 2, seen),
                       never_near("max_minutes_per_hour", entry.max_minutes_per_hour,
                                  (most.seconds + 59) / 60, room.least_minutes * far_above / 2, seen),
                       never_near("max_cost_per_hour", entry.max_cost_per_hour, {"hour", most.cost},
                                  room.least_cost * (far_above / 2), seen)})
        if (said)
            to.push_back({entry.line, "traffic", lint_issue_kind::weak_limit, *said});
}

void lint_spending_by_use(const spending_policy& policy, const seen_use& seen, std::vector<lint_issue>& to)
{
    std::map<time_point, traffic_sum> hours;
    std::map<time_point, traffic_sum> days;
    for (const auto& row : seen.rows) {
        hours[row.period] += row.sum;
        days[std::chrono::floor<std::chrono::days>(row.period)] += row.sum;
    }
    const room_to_breathe room;
    for (auto& said : {never_near("max_per_hour", policy.max_per_hour, {"hour", most_of(hours).cost},
                                  room.least_cost * (far_above / 2), seen),
                       never_near("max_per_day", policy.max_per_day, {"day", most_of(days).cost},
                                  room.least_a_day * (far_above / 2), seen)})
        if (said)
            to.push_back({policy.line, "spending", lint_issue_kind::weak_limit, *said});
}

bool was_seen(traffic_product product, const seen_use& seen)
{
    return std::ranges::any_of(seen.rows,
                               [product](const usage_row& row) { return row.lane.product == product; });
}

}  // namespace

void lint_use(const spending_policy& spending, const traffic_policy& traffic, const seen_use& seen,
              std::vector<lint_issue>& to)
{
    for (std::size_t nth = 0; nth < traffic.entries.size(); ++nth)
        if (was_seen(traffic.entries[nth].product, seen))
            lint_entry_by_use(traffic.entries[nth], use_under(traffic, nth, seen), seen, to);
    if (spending.present && !seen.rows.empty())
        lint_spending_by_use(spending, seen, to);
    std::ranges::stable_sort(to, {}, &lint_issue::line);
}

}  // namespace trunkwarden
