#include "theft/replay.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "use/detail_records.hpp"
#include "use/judge_spending.hpp"
#include "use/judge_traffic.hpp"

namespace trunkwarden::theft {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr auto reading_interval = 60s;

// The calls in the order in which something of them shows.
class shown_in_turn {
public:
    shown_in_turn(const std::vector<made_use>& calls, time_point shown_at::*at) : calls_(calls)
    {
        order_.reserve(calls.size());
        for (std::size_t nth = 0; nth < calls.size(); ++nth)
            order_.emplace_back(shown(calls[nth]).*at, nth);
        std::ranges::sort(order_);
    }

    // The next one that shows by then; nullptr when there is none yet.
    const made_use* next(time_point now)
    {
        if (at_ == order_.size() || order_[at_].first > now)
            return nullptr;
        last_ = order_[at_].second;
        ++at_;
        return &calls_[last_];
    }
    std::size_t place_of_last() const { return last_; }

private:
    const std::vector<made_use>& calls_;
    std::vector<std::pair<time_point, std::size_t>> order_;
    std::size_t at_ = 0;
    std::size_t last_ = 0;
};

detail_record record_of(const made_use& some, std::size_t nth, bool has_price)
{
    const auto& place = places()[some.place];
    detail_record out;
    out.id = fmt::format("call-{}", nth);
    out.lane = lane_of(some);
    out.number = fmt::format("{}{:07}", place.prefix, some.number);
    out.costs_dearly = place.costs_dearly;
    out.started = some.started;
    out.ended = some.ended();
    out.connected = some.connected;
    out.seconds = static_cast<std::uint64_t>(some.seconds);
    out.billed_seconds = has_price ? (out.seconds + 59) / 60 * 60 : 0;
    out.cost = has_price ? amount{some.cost} : amount{};
    return out;
}

const resource_type& type_of_traffic()
{
    const auto* const type = find_resource("traffic");
    return type != nullptr ? *type : resource_of(resource_role::spending);
}

class watched_business {
public:
    watched_business(const use_stream& stream, use_limits limits, const replay_rules& by)
        : stream_(stream),
          limits_(std::move(limits)),
          by_(by),
          records_(stream.calls, &shown_at::record),
          prices_(stream.calls, &shown_at::price),
          reports_(stream.calls, &shown_at::report)
    {
        products_.push_back(traffic_product::sip_trunking);
        if (limits_.traffic.names(traffic_product::messaging) || has_messages())
            products_.push_back(traffic_product::messaging);
    }

    void read(time_point now)
    {
        const auto minute = now.time_since_epoch() / reading_interval;
        // Findings end hours later: for that, a look each ten minutes is enough.
        const bool may_end = minute % 10 == 0;
        const bool was_charged = read_balance(now);
        happen(now);
        if (minute % by_.traffic_each == 0)
            read_traffic(now, may_end);
        if (was_charged || (may_end && !told_spending_.empty()))
            tell(judge_spending(resource_of(resource_role::spending), limits_.spending, spending_,
                                told_spending_, reading_interval),
                 told_spending_, now);
    }

    const std::vector<alarm>& alarms() const { return alarms_; }
    std::vector<alarm> take() { return std::move(alarms_); }

private:
    bool has_messages() const
    {
        return std::ranges::find(stream_.calls, traffic_product::messaging, &made_use::product) !=
               stream_.calls.end();
    }

    void read_traffic(time_point now, bool may_end)
    {
        const bool has_new = read_records(now);
        const bool has_more = read_reports(now);
        for (const auto product : products_)
            traffic_.note_reading(product, now, 3 * by_.traffic_each * reading_interval);
        if (has_new || has_more || (may_end && !told_traffic_.empty()))
            judge_the_traffic(now);
    }

    // The first page is read again each time, with prices that were not there before.
    bool read_records(time_point now)
    {
        std::vector<detail_record> page;
        std::size_t fresh = 0;
        for (; const auto* const call = records_.next(now); ++fresh) {
            first_page_.push_back(records_.place_of_last());
            page.push_back(record_of(*call, first_page_.back(), shown(*call).price <= now));
        }
        while (first_page_.size() > detail_page_size + fresh)
            first_page_.pop_front();
        for (std::size_t at = 0; has_prices_ && at + fresh < first_page_.size(); ++at) {
            const auto& call = stream_.calls[first_page_[at]];
            page.push_back(record_of(call, first_page_[at], shown(call).price <= now));
        }
        has_prices_ = false;
        if (!page.empty())
            traffic_.add_details(page, now);
        return fresh > 0;
    }

    bool read_reports(time_point now)
    {
        std::set<traffic_product> grown;
        while (const auto* const call = reports_.next(now)) {
            const auto hour = std::chrono::floor<std::chrono::hours>(call->started);
            auto& sum = counted_[call->product][{lane_of(*call), hour}];
            ++sum.attempts;
            sum.connected += call->connected ? 1 : 0;
            sum.seconds += static_cast<std::uint64_t>(call->seconds);
            sum.cost += amount{call->cost};
            grown.insert(call->product);
        }
        const auto oldest = std::chrono::floor<std::chrono::hours>(now) - 3h;
        for (const auto product : grown) {
            std::vector<usage_row> rows;
            std::erase_if(counted_[product],
                          [oldest](const auto& each) { return each.first.second < oldest; });
            for (const auto& [key, sum] : counted_[product])
                rows.push_back({key.first, key.second, sum});
            traffic_.add_report(product, rows, 1h, now);
        }
        return !grown.empty();
    }

    bool read_balance(time_point now)
    {
        constexpr std::int64_t recharged_at = 50'000'000;
        constexpr std::int64_t recharge_by = 100'000'000;
        const auto before = balance_;
        while (const auto* const call = prices_.next(now))
            balance_ -= call->cost;
        balance_ -= std::exchange(charged_, 0);
        while (balance_ < recharged_at)
            balance_ += recharge_by;
        spending_.add(now, balance{amount{balance_}, "USD"}, recharge{true, amount{recharge_by}},
                      3 * reading_interval);
        has_prices_ = has_prices_ || balance_ != before;
        return balance_ != before;
    }

    void happen(time_point now)
    {
        for (; happened_ < stream_.others.size() && stream_.others[happened_].at <= now; ++happened_) {
            const auto& each = stream_.others[happened_];
            if (each.is == happening::kind::charge)
                charged_ += each.millionths;
            else if (each.is == happening::kind::key)
                alarms_.push_back({now, "api_keys"});
            else if (each.is_theft)
                beside_ = each.address;
            else
                look_at_address(each.address, now);
        }
        // The registrar shows the last one to register.
        const bool is_the_other = (now.time_since_epoch() / reading_interval) % 2 == 0;
        if (!beside_.empty() && is_the_other)
            look_at_address(std::exchange(beside_, ""), now);
    }

    void look_at_address(const std::string& address, time_point now)
    {
        const bool is_trusted = std::ranges::any_of(
            limits_.addresses, [&](const std::string& beginning) { return address.starts_with(beginning); });
        if (is_trusted)
            return;
        alarms_.push_back({now, "registrations"});
        if (by_.then == unknown_ones::are_accepted)  // with the network of the provider
            limits_.addresses.push_back(address.substr(0, address.find('.', address.find('.') + 1) + 1));
    }

    void judge_the_traffic(time_point now)
    {
        if (!limits_.traffic.present)
            return;
        auto found = judge_traffic(type_of_traffic(), limits_.traffic, traffic_, told_traffic_, now);
        tell(found, told_traffic_, now);
        if (by_.then == unknown_ones::are_accepted)
            for (const auto& each : found)
                if (each.kind == deviation_kind::unknown)
                    accept(each.id);
    }

    void accept(const std::string& id)
    {
        const auto country = id.substr(id.rfind('/') + 1);
        for (auto& entry : limits_.traffic.entries)
            if (id.starts_with(names_of<traffic_product>[entry.product]) &&
                std::ranges::find(entry.destinations, country) == entry.destinations.end()) {
                entry.destinations.push_back(country);
                std::ranges::sort(entry.destinations);
            }
    }

    void tell(const std::vector<deviation>& found, std::vector<told_excess>& told, time_point now)
    {
        std::vector<told_excess> open;
        for (const auto& each : found) {
            const auto before = std::ranges::find_if(
                told, [&each](const told_excess& other) { return other.deviation.id == each.id; });
            if (before == told.end())
                alarms_.push_back({now, each.id});
            open.push_back({each, before == told.end() ? now : before->since});
        }
        told = std::move(open);
    }

    const use_stream& stream_;
    use_limits limits_;
    const replay_rules& by_;
    std::vector<traffic_product> products_;
    shown_in_turn records_;
    shown_in_turn prices_;
    shown_in_turn reports_;
    traffic_record traffic_;
    spending_record spending_;
    std::map<traffic_product, std::map<std::pair<traffic_lane, time_point>, traffic_sum>> counted_;
    std::vector<told_excess> told_traffic_;
    std::vector<told_excess> told_spending_;
    std::vector<alarm> alarms_;
    std::int64_t balance_ = 500'000'000;
    std::int64_t charged_ = 0;
    std::size_t happened_ = 0;
    bool has_prices_ = false;  // that came since the records were read
    std::string beside_;
    std::deque<std::size_t> first_page_;  // places of calls whose records were read last
};

// The same number for the same call, from 0 to `most`.
seconds drawn(const made_use& some, int salt, seconds least, seconds most)
{
    const auto key = static_cast<std::uint64_t>(some.started.time_since_epoch() / 1s) * 1'000'003 +
                     static_cast<std::uint64_t>(some.number) * 31 + static_cast<std::uint64_t>(salt);
    auto mixed = (key ^ (key >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return least + seconds(static_cast<std::int64_t>((mixed >> 33U) %
                                                     static_cast<std::uint64_t>((most - least) / 1s + 1)));
}

}  // namespace

shown_at shown(const made_use& some)
{
    const auto ended = some.ended();
    return {ended + drawn(some, 1, 5s, 60s), ended + drawn(some, 2, 30s, 133s),
            ended + drawn(some, 3, 60s, 180s)};
}

use_stream honest_use(const business& whose, std::uint64_t seed, day first, std::pair<int, int> days)
{
    use_stream out;
    for (int nth = days.first; nth < days.second; ++nth) {
        auto more = use_of_day(whose, seed, nth, first + std::chrono::days(nth));
        out.calls.insert(out.calls.end(), more.calls.begin(), more.calls.end());
        out.others.insert(out.others.end(), more.others.begin(), more.others.end());
    }
    return out;
}

void add_theft(use_stream& to, const theft_made& more)
{
    to.calls.insert(to.calls.end(), more.calls.begin(), more.calls.end());
    std::ranges::stable_sort(to.calls, {}, &made_use::started);
    to.others.insert(to.others.end(), more.others.begin(), more.others.end());
    std::ranges::stable_sort(to.others, {}, &happening::at);
}

std::vector<alarm> replay(const use_stream& stream, use_limits limits, const replay_rules& by)
{
    if (stream.calls.empty())
        return {};
    watched_business watched(stream, std::move(limits), by);
    const auto end = stream.calls.back().ended() + 10min;
    std::size_t seen = 0;
    for (auto now = stream.calls.front().started; now < end; now += reading_interval) {
        watched.read(now);
        for (; seen < watched.alarms().size(); ++seen)
            if (by.is_enough && by.is_enough(watched.alarms()[seen]))
                return watched.take();
    }
    return watched.take();
}

std::size_t times_told(const std::vector<alarm>& alarms)
{
    std::size_t times = 0;
    auto last = earliest_time;
    for (const auto& each : alarms) {
        times += each.at - last > 15min ? 1 : 0;
        last = each.at;
    }
    return times;
}

}  // namespace trunkwarden::theft
