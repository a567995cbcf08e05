#include "use/traffic_window.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 5min;
// The details of a call may be there long before a report counts it.
constexpr auto report_lag = 2h;

// How much of it was within an hour, at the least.
traffic_sum share_of_an_hour(const traffic_slot& slot)
{
    const auto length = std::chrono::duration_cast<std::chrono::seconds>(slot.end - slot.begin);
    if (length <= 1h)
        return slot.sum;
    const auto part = [length](auto number) {
        return static_cast<decltype(number)>(static_cast<double>(number) * 3600.0 /
                                             static_cast<double>(length.count()));
    };
    return {part(slot.sum.attempts), part(slot.sum.connected), part(slot.sum.seconds),
            amount{part(slot.sum.cost.millionths)}};
}

bool is_within(const traffic_slot& slot, time_point from, time_point until)
{
    if (slot.end - slot.begin > 1h)
        return slot.end > until - step && slot.end <= until;
    return slot.begin >= from && slot.end <= until;
}

// The attempts of one sender, a product and a connection, as two sources show them.
struct seen_attempts {
    std::uint64_t reported = 0;
    std::uint64_t detailed = 0;
};
using senders = std::map<std::pair<traffic_product, std::string>, seen_attempts>;

struct two_sources {
    lane_sums reported;
    lane_sums detailed;

    // Details win where they show at least as many attempts of the sender.
    lane_sums merged(const senders& all) const
    {
        lane_sums out = detailed;
        for (const auto& [lane, sum] : reported) {
            const auto& sender = all.at({lane.product, lane.connection});
            if (sender.detailed >= sender.reported && sender.detailed > 0)
                continue;
            auto& known = out[lane];
            known = larger(known, sum);
        }
        return out;
    }
};

}  // namespace

struct traffic_windows::placed_slot {
    const traffic_lane* lane;
    const traffic_slot* what;
    bool is_detailed;
    std::optional<std::size_t> entry;  // that covers it
};

bool covers(const traffic_entry& by, const traffic_lane& lane)
{
    if (by.product != lane.product)
        return false;
    if (!by.connection_id.empty() && lane.connection != by.connection_id && lane.connection != not_in_report)
        return false;
    return by.destinations.empty() || lane.country == service_numbers || lane.country == not_in_report ||
           std::ranges::find(by.destinations, lane.country) != by.destinations.end();
}

std::optional<std::size_t> covering(const traffic_policy& policy, const traffic_lane& lane, time_point first,
                                    time_point last)
{
    for (std::size_t at = 0; at < policy.entries.size(); ++at) {
        const auto& entry = policy.entries[at];
        const bool is_over = entry.expires && first >= start_of(*entry.expires + std::chrono::days(1));
        if (!is_over && covers(entry, lane) && (!entry.hours || entry.hours->cover_some_of(first, last)))
            return at;
    }
    return std::nullopt;
}

traffic_windows::traffic_windows(const traffic_policy& policy, const traffic_record& record, time_point now)
    : hours_(policy.entries.size())
{
    std::vector<placed_slot> recent;
    std::vector<placed_slot> of_the_day;
    for (const auto& [lane, known] : record.lanes())
        for (const auto* slots : {&known.reported, &known.detailed})
            for (const auto& slot : *slots) {
                const bool is_detailed = slots == &known.detailed;
                const placed_slot here{&lane, &slot, is_detailed,
                                       covering(policy, lane, slot.first, slot.last)};
                if (slot.end >= now - 2h - report_lag)
                    recent.push_back(here);
                if (is_detailed || slot.end >= now - 24h)
                    of_the_day.push_back(here);
            }
    const auto latest = time_point(now.time_since_epoch() - now.time_since_epoch() % step) + step;
    for (auto until = latest; until > latest - step - 1h; until -= step)
        add_hour(recent, until);
    add_uncovered(of_the_day, now - 24h);
}

void traffic_windows::add_hour(std::span<const placed_slot> slots, time_point until)
{
    senders all;
    std::vector<two_sources> by_entry(hours_.size());
    for (const auto& [lane, what, is_detailed, entry] : slots) {
        auto& sender = all[{lane->product, lane->connection}];
        if (is_detailed && is_within(*what, until - 1h - report_lag, until))
            sender.detailed += what->sum.attempts;
        if (!is_within(*what, until - 1h, until))
            continue;
        const auto sum = share_of_an_hour(*what);
        sender.reported += is_detailed ? 0 : sum.attempts;
        if (entry)
            (is_detailed ? by_entry[*entry].detailed : by_entry[*entry].reported)[*lane] += sum;
    }
    for (std::size_t entry = 0; entry < by_entry.size(); ++entry) {
        traffic_hour out{until, by_entry[entry].merged(all), {}};
        for (const auto& [lane, sum] : out.lanes)
            out.all += sum;
        hours_[entry].push_back(std::move(out));
    }
}

void traffic_windows::add_uncovered(std::span<const placed_slot> slots, time_point since)
{
    senders all;
    two_sources seen;
    for (const auto& [lane, what, is_detailed, entry] : slots) {
        auto& sender = all[{lane->product, lane->connection}];
        (is_detailed ? sender.detailed : sender.reported) += what->sum.attempts;
        if (entry || what->end < since)
            continue;
        (is_detailed ? seen.detailed : seen.reported)[*lane] += what->sum;
        auto& last = last_uncovered_.try_emplace(*lane, what->end).first->second;
        last = std::max(last, what->end);
    }
    uncovered_ = seen.merged(all);
}

}  // namespace trunkwarden
