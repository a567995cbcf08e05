#include "use/traffic_record.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

namespace trunkwarden {
namespace {

constexpr auto slot_length = std::chrono::minutes(5);
constexpr std::size_t most_sentences = 10;

time_point slot_of(time_point at)
{
    return time_point(at.time_since_epoch() - at.time_since_epoch() % slot_length);
}

// The heavier one is dear, or else costs more, or else has more attempts.
std::tuple<bool, amount, std::uint64_t> weight_of(bool costs_dearly, const traffic_sum& sum)
{
    return std::tuple(costs_dearly, sum.cost, sum.attempts);
}

traffic_sum sum_of(const lane_record& lane)
{
    traffic_sum reported;
    traffic_sum detailed;
    for (const auto& slot : lane.reported)
        reported += slot.sum;
    for (const auto& slot : lane.detailed)
        detailed += slot.sum;
    return larger(reported, detailed);
}

// Short spans of the same five minutes are one: neither when calls began nor when they ended gets vague by
// it.
bool belong_together(const traffic_slot& a, const traffic_slot& b)
{
    return slot_of(a.begin) == slot_of(b.begin) && slot_of(a.end) == slot_of(b.end) &&
           slot_of(a.first) == slot_of(b.first) && slot_of(a.last) == slot_of(b.last);
}

void add(std::vector<traffic_slot>& slots, const traffic_slot& more)
{
    const auto known = std::find_if(slots.rbegin(), slots.rend(), [&more](const traffic_slot& slot) {
        return belong_together(slot, more);
    });
    if (known == slots.rend())
        return slots.push_back(more);
    known->begin = std::min(known->begin, more.begin);
    known->end = std::max(known->end, more.end);
    known->first = std::min(known->first, more.first);
    known->last = std::max(known->last, more.last);
    known->sum += more.sum;
}

std::string shrunk(const traffic_lane& lane, const traffic_sum& before, const traffic_sum& now)
{
    if (now.attempts < before.attempts)
        return fmt::format("the usage report of {} went back from {} attempts to {}", id_of(lane),
                           before.attempts, now.attempts);
    return fmt::format("the usage report of {} went back from a cost of {} to {}", id_of(lane),
                       to_text(before.cost), to_text(now.cost));
}

// A page that moved while the report was read shows rows again, word for word: they count once. Others of one
// lane are of several countries that our table does not know.
traffic_record::report_sums sums_of(std::span<const usage_row> rows)
{
    std::map<std::pair<traffic_lane, time_point>, std::vector<traffic_sum>> apart;
    for (const auto& row : rows) {
        auto& sums = apart[{row.lane, row.period}];
        if (std::ranges::find(sums, row.sum) == sums.end())
            sums.push_back(row.sum);
    }
    traffic_record::report_sums out;
    for (const auto& [key, sums] : apart)
        for (const auto& sum : sums)
            out[key] += sum;
    return out;
}

// A cost may be corrected by a little.
bool is_less(const traffic_sum& now, const traffic_sum& before)
{
    return now.attempts < before.attempts || now.cost * 10 < before.cost * 9;
}

// Keeps the larger sum of the period. Returns the one before, and whether it is the first of the period.
std::pair<traffic_sum, bool> raise_counter(std::vector<usage_counter>& counters, time_point period,
                                           const traffic_sum& sum)
{
    const auto known = std::ranges::find(counters, period, &usage_counter::period);
    if (known == counters.end()) {
        counters.push_back({period, sum});
        return {{}, true};
    }
    return {std::exchange(known->sum, larger(known->sum, sum)), false};
}

}  // namespace

// The record about the lane, if there is room beside lanes that matter more.
lane_record* traffic_record::lane_for(const traffic_lane& lane, const traffic_sum& with, time_point now)
{
    const auto known = lanes_.find(lane);
    if (known != lanes_.end())
        return &known->second;
    const bool is_dear = country_costs_dearly(lane.country, lane.product);
    if (lanes_.size() >= most_lanes) {
        const auto& lightest = lightest_lane();
        no_room_at_ = now;
        if (weight_of(is_dear, with) <= by_weight_.begin()->first) {
            count_without_room(lane);
            return nullptr;
        }
        count_without_room(lightest);
        lanes_.erase(lightest);
        by_weight_.erase(by_weight_.begin());
        by_weight_.emplace(weight_of(is_dear, with), lane);
    }
    auto& made = lanes_[lane];
    made.costs_dearly = is_dear;
    return &made;
}

// The first of by_weight_ whose weight is up to date: a lane that became heavier meanwhile moves on.
const traffic_lane& traffic_record::lightest_lane()
{
    if (by_weight_.empty())
        for (const auto& [lane, known] : lanes_)
            by_weight_.emplace(weight_of(known.costs_dearly, sum_of(known)), lane);
    for (;;) {
        const auto& known = lanes_.at(by_weight_.begin()->second);
        auto now = weight_of(known.costs_dearly, sum_of(known));
        if (now <= by_weight_.begin()->first)
            return by_weight_.begin()->second;
        auto moved = by_weight_.extract(by_weight_.begin());
        moved.value().first = now;
        by_weight_.insert(std::move(moved));
    }
}

void traffic_record::count_without_room(const traffic_lane& lane)
{
    if (refused_.size() >= most_lanes)
        refused_.clear();
    if (refused_.insert(lane).second)
        ++without_room_;
}

// The first reading of a product shows traffic from before the process began.
void traffic_record::count(const traffic_lane& lane, const traffic_sum& more, source from)
{
    if (read_.at(static_cast<std::size_t>(lane.product)))
        totals_.at(from)[{lane.product, lane.country}] += more;
}

// Lanes that had attempts in the current period, and are not in the report any more.
std::vector<std::string> traffic_record::vanished(traffic_product product, const report_sums& sums,
                                                  time_point now, std::chrono::hours length) const
{
    std::vector<std::string> out;
    for (const auto& [lane, known] : lanes_)
        for (const auto& counter : known.counters) {
            const bool is_current = counter.period <= now && now < counter.period + length;
            if (lane.product == product && is_current && !sums.contains({lane, counter.period}) &&
                out.size() < most_sentences)
                out.push_back(shrunk(lane, counter.sum, {}));
        }
    return out;
}

std::vector<std::string> traffic_record::add_report(traffic_product product, std::span<const usage_row> rows,
                                                    std::chrono::hours length, time_point now)
{
    const auto sums = sums_of(rows);
    by_weight_.clear();
    auto out = vanished(product, sums, now, length);
    const auto& stretch = read_.at(static_cast<std::size_t>(product));
    for (const auto& [key, sum] : sums) {
        const auto& [lane, period] = key;
        auto* const to = lane_for(lane, sum, now);
        if (to == nullptr)
            continue;
        const auto [before, is_new] = raise_counter(to->counters, period, sum);
        if (is_less(sum, before) && out.size() < most_sentences)
            out.push_back(shrunk(lane, before, sum));
        const auto more = increase(before, sum);
        if (more == traffic_sum{})
            continue;
        const auto over = std::max(period, std::min(now, period + length));
        const bool was_read = stretch && stretch->until > period && (!is_new || without_room_ == 0);
        add(to->reported, {was_read ? stretch->until : period, was_read ? now : over, period, over, more});
        count(lane, more, reports);
    }
    forget_the_old(now);
    return out;
}

std::size_t traffic_record::add_details(std::span<const detail_record> calls, time_point now)
{
    std::size_t fresh = 0;
    by_weight_.clear();
    for (const auto& call : calls) {
        if (call.started < details_since(now) || call.started > now + std::chrono::minutes(5))
            continue;
        const traffic_sum sum{1, call.connected ? 1U : 0U, call.billed_seconds, call.cost};
        auto& known =
            recent_.try_emplace(call.id, recent_call{call.lane, call.number, call.ended, call.seconds, {}})
                .first->second;
        const auto more = increase(known.sum, sum);
        if (more == traffic_sum{})
            continue;
        ++fresh;
        known.sum = larger(known.sum, sum);
        auto* const to = lane_for(call.lane, sum, now);
        if (to == nullptr)
            continue;
        to->costs_dearly = to->costs_dearly || call.costs_dearly;
        add(to->detailed, {call.ended, call.ended, call.started, call.started, more});
        count(call.lane, more, details);
    }
    forget_the_old(now);
    keep_few_calls();
    return fresh;
}

void traffic_record::note_reading(traffic_product product, time_point now, std::chrono::milliseconds longest)
{
    auto& known = read_.at(static_cast<std::size_t>(product));
    if (known && now - known->until <= longest)
        known->until = now;
    else
        known = stretch{now, now};
}

std::optional<time_point> traffic_record::read_since(traffic_product product) const
{
    const auto& known = read_.at(static_cast<std::size_t>(product));
    return known ? std::optional(known->since) : std::nullopt;
}

void traffic_record::note_all_details(traffic_product product)
{
    auto& since = details_whole_since_.at(static_cast<std::size_t>(product));
    since = since.value_or(earliest_time);
}

void traffic_record::note_missing_details(traffic_product product, time_point now)
{
    details_whole_since_.at(static_cast<std::size_t>(product)) = now;
}

time_point traffic_record::details_whole_since(traffic_product product) const
{
    const auto& since = details_whole_since_.at(static_cast<std::size_t>(product));
    return since ? std::max(*since, calls_since_) : time_point::max();
}

time_point traffic_record::details_since(time_point now) const
{
    return std::max(calls_since_, now - std::chrono::hours(24));
}

std::map<std::pair<traffic_product, std::string>, traffic_sum> traffic_record::totals() const
{
    auto out = totals_.at(reports);
    for (const auto& [key, sum] : totals_.at(details)) {
        auto& known = out[key];
        known = larger(known, sum);
    }
    return out;
}

void traffic_record::set_back_to(time_point now)
{
    const auto is_later = [now](const traffic_slot& slot) { return slot.begin > now; };
    for (auto& [lane, known] : lanes_) {
        std::erase_if(known.reported, is_later);
        std::erase_if(known.detailed, is_later);
        std::erase_if(known.counters, [now](const usage_counter& counter) { return counter.period > now; });
    }
    std::erase_if(recent_, [now](const auto& pair) { return pair.second.ended > now; });
    calls_since_ = std::min(calls_since_, now);
    for (auto& known : read_)
        if (known && known->until > now)
            known.reset();
    for (auto& since : details_whole_since_)
        if (since)
            since = std::min(*since, now);
}

void traffic_record::forget_the_old(time_point now)
{
    const auto oldest = now - kept_for;
    for (auto& [lane, known] : lanes_) {
        std::erase_if(known.reported, [oldest](const traffic_slot& slot) { return slot.end < oldest; });
        std::erase_if(known.detailed, [oldest](const traffic_slot& slot) { return slot.end < oldest; });
        std::erase_if(known.counters, [now](const usage_counter& counter) {
            return counter.period < now - std::chrono::hours(49);
        });
    }
    std::erase_if(lanes_, [](const auto& pair) {
        return pair.second.reported.empty() && pair.second.detailed.empty() && pair.second.counters.empty();
    });
    std::erase_if(recent_, [oldest](const auto& pair) { return pair.second.ended < oldest; });
    keep_few_slots();
}

// From now on nobody can say that there was nothing before.
void traffic_record::forget_until(time_point until)
{
    for (auto& known : read_)
        if (known)
            known->since = std::max(known->since, until);
}

void traffic_record::keep_few_slots()
{
    std::vector<time_point> ends;
    for (const auto& [lane, known] : lanes_)
        for (const auto* slots : {&known.reported, &known.detailed})
            for (const auto& slot : *slots)
                ends.push_back(slot.end);
    if (ends.size() <= most_slots)
        return;
    const auto cut = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() - most_slots * 3 / 4);
    std::ranges::nth_element(ends, cut);
    const auto older = [until = *cut](const traffic_slot& slot) { return slot.end < until; };
    for (auto& [lane, known] : lanes_) {
        std::erase_if(known.reported, older);
        std::erase_if(known.detailed, older);
    }
    forget_until(*cut);
}

// A call that is forgotten would count again when it is read again: none that old is read any more.
void traffic_record::keep_few_calls()
{
    if (recent_.size() <= most_recent)
        return;
    std::vector<time_point> ends;
    for (const auto& [id, call] : recent_)
        ends.push_back(call.ended);
    const auto cut = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() - most_recent * 3 / 4);
    std::ranges::nth_element(ends, cut);
    calls_since_ = std::max(calls_since_, *cut);
    std::erase_if(recent_, [until = *cut](const auto& pair) { return pair.second.ended < until; });
}

}  // namespace trunkwarden
