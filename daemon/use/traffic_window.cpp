#include "use/traffic_window.hpp"

#include <algorithm>
#include <set>
#include <string_view>
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

// A lane in a span, as the two sources show it.
struct lane_sight {
    traffic_sum reported;
    time_point reported_from = time_point::max();  // the calls of the report began then at the earliest
    traffic_sum details;        // of the span, and of the time before it by which a report may lag
    bool is_in_report = false;  // at some time

    void add_reported(const traffic_sum& sum, time_point from)
    {
        reported += sum;
        reported_from = std::min(reported_from, from);
    }
};
using lane_sights = std::map<traffic_lane, lane_sight>;

// A cost may be corrected by a little.
bool shows_all(const traffic_sum& details, const traffic_sum& reported)
{
    return details.attempts >= reported.attempts && details.cost * 10 >= reported.cost * 9;
}

// Whether a report may have named calls to the country so that our table gives them another one. It names no
// country where it knows none, and the largest country of a calling code where it does not look at area
// codes.
bool may_be_reported_as(std::string_view country, const traffic_lane& reported)
{
    if (reported.country.empty() || reported.country == not_in_report)
        return true;
    return !country_costs_dearly(reported.country, reported.product) &&
           share_a_calling_code(country, reported.country);
}

// The lanes of one sender, whose details may show a call in another lane than the report does.
using sender_lanes = std::span<const lane_sights::value_type* const>;

// Counts lanes as shown when the details of others account for them: only of lanes that no report ever shows.
void take_renamed(sender_lanes lanes, std::vector<const traffic_lane*> not_shown, std::set<traffic_lane>& out)
{
    traffic_sum spare;
    for (const auto* some : lanes)
        if (!some->second.is_in_report)
            spare += some->second.details;
    const auto is_renamed = [lanes](const traffic_lane* reported) {
        return std::ranges::any_of(lanes, [reported](const auto* some) {
            return !some->second.is_in_report && some->second.details.attempts > 0 &&
                   may_be_reported_as(some->first.country, *reported);
        });
    };
    std::erase_if(not_shown, [&](const traffic_lane* reported) { return !is_renamed(reported); });
    traffic_sum needed;
    for (const auto* some : lanes)
        if (std::ranges::find(not_shown, &some->first) != not_shown.end())
            needed += increase(some->second.details, some->second.reported);
    if (shows_all(spare, needed))
        for (const auto* lane : not_shown)
            out.insert(*lane);
}

// The reported lanes whose calls are all among the details, so that details say more of them. Other calls of
// the same sender account for nothing: a thief makes as many as he likes.
std::set<traffic_lane> shown_by_details(const lane_sights& all, const traffic_record& record)
{
    std::set<traffic_lane> out;
    for (auto at = all.begin(); at != all.end();) {
        const auto& [product, connection, country] = at->first;
        std::vector<const lane_sights::value_type*> lanes;
        std::vector<const traffic_lane*> not_shown;
        for (; at != all.end() && at->first.product == product && at->first.connection == connection; ++at) {
            lanes.push_back(&*at);
            const bool is_whole = record.details_whole_since(product) <= at->second.reported_from;
            if (is_whole && shows_all(at->second.details, at->second.reported))
                out.insert(at->first);
            else if (is_whole)
                not_shown.push_back(&at->first);
        }
        take_renamed(lanes, std::move(not_shown), out);
    }
    return out;
}

struct two_sources {
    lane_sums reported;
    lane_sums detailed;

    lane_sums& sums_of(bool is_detailed) { return is_detailed ? detailed : reported; }

    // Details win where they show all of a lane.
    lane_sums merged(const std::set<traffic_lane>& shown) const
    {
        lane_sums out = detailed;
        for (const auto& [lane, sum] : reported) {
            if (shown.contains(lane))
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
    const traffic_slot* slot;
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
    const auto place = [&](const traffic_lane& lane, const traffic_slot& slot, bool is_detailed) {
        const placed_slot here{&lane, &slot, is_detailed, covering(policy, lane, slot.first, slot.last)};
        if (slot.end >= now - 2h - report_lag)
            recent.push_back(here);
        if (is_detailed || slot.end >= now - 24h)
            of_the_day.push_back(here);
    };
    for (const auto& [lane, known] : record.lanes()) {
        for (const auto& slot : known.reported)
            place(lane, slot, false);
        for (const auto& slot : known.detailed)
            place(lane, slot, true);
    }
    const auto latest = time_point(now.time_since_epoch() - now.time_since_epoch() % step) + step;
    for (auto until = latest; until > latest - step - 1h; until -= step)
        add_hour(recent, record, until);
    add_uncovered(of_the_day, record, now - 24h);
}

void traffic_windows::add_hour(std::span<const placed_slot> slots, const traffic_record& record,
                               time_point until)
{
    lane_sights all;
    std::vector<two_sources> by_entry(hours_.size());
    for (const auto& [lane, slot, is_detailed, entry] : slots) {
        auto& sight = all[*lane];
        sight.is_in_report = sight.is_in_report || !is_detailed;
        if (is_detailed && is_within(*slot, until - 1h - report_lag, until))
            sight.details += slot->sum;
        if (!is_within(*slot, until - 1h, until))
            continue;
        const auto sum = share_of_an_hour(*slot);
        if (!is_detailed)
            sight.add_reported(sum, slot->first);
        if (entry)
            by_entry[*entry].sums_of(is_detailed)[*lane] += sum;
    }
    const auto shown = shown_by_details(all, record);
    for (std::size_t entry = 0; entry < by_entry.size(); ++entry) {
        traffic_hour out{until, by_entry[entry].merged(shown), {}};
        for (const auto& [lane, sum] : out.lanes)
            out.all += sum;
        hours_[entry].push_back(std::move(out));
    }
}

// Details are kept for longer than that: a report that lags shows nothing again when they are a day old.
void traffic_windows::add_uncovered(std::span<const placed_slot> slots, const traffic_record& record,
                                    time_point since)
{
    lane_sights all;
    two_sources seen;
    for (const auto& [lane, slot, is_detailed, entry] : slots) {
        auto& sight = all[*lane];
        sight.is_in_report = sight.is_in_report || !is_detailed;
        if (is_detailed)
            sight.details += slot->sum;
        else
            sight.add_reported(slot->sum, slot->first);
        if (entry || slot->end < since)
            continue;
        seen.sums_of(is_detailed)[*lane] += slot->sum;
        auto& last = last_uncovered_.try_emplace(*lane, slot->end).first->second;
        last = std::max(last, slot->end);
    }
    uncovered_ = seen.merged(shown_by_details(all, record));
}

}  // namespace trunkwarden
