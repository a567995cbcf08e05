#include "use/judge_traffic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "support/plural.hpp"
#include "use/traffic_calls.hpp"
#include "use/traffic_window.hpp"
#include "use/traffic_words.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// A limit that a lane passed.
struct passed_limit {
    std::string_view name;
    amount allowed;
    amount seen;
    std::string words;  // "312 calls in the hour to 2026-11-30T22:15:00Z"
};

struct drafted_finding {
    deviation_kind kind = deviation_kind::exceeded;
    severity level = severity::high;
    std::vector<field_difference> fields;
    std::string note;
    traffic_sum weight;
};
using drafts = std::map<traffic_lane, drafted_finding>;

// A whole number, or an amount of money, as a baseline writes it.
std::string limit_text(std::string_view limit, amount some)
{
    return limit == traffic_limit::cost ? to_text(some) : fmt::format("{}", some.millionths / 1'000'000);
}

void append(std::string& note, const std::string& more)
{
    note += (note.empty() ? "" : "; ") + more;
}

void add(drafts& to, const traffic_lane& lane, const traffic_entry& by, const passed_limit& passed)
{
    auto& draft = to[lane];
    const auto level = passed.seen > passed.allowed * 2 ? severity::critical : severity::high;
    draft.level = std::max(draft.level, level);
    draft.fields.push_back({.field = std::string(passed.name),
                            .expected = limit_text(passed.name, passed.allowed),
                            .actual = limit_text(passed.name, passed.seen),
                            .weight = level});
    append(draft.note, fmt::format("{}{}, {} is {} (line {} of the baseline)", passed.words, sender_of(lane),
                                   passed.name, limit_text(passed.name, passed.allowed), by.line));
}

// One of the limits on an hour.
struct hourly_limit {
    std::string_view name;
    std::optional<amount> allowed;
    amount (*seen)(const traffic_sum&);
};

std::optional<amount> as_amount(const std::optional<unsigned>& number)
{
    return number ? std::optional(whole_units(*number)) : std::nullopt;
}

std::vector<hourly_limit> hourly_limits(const traffic_entry& entry)
{
    return {{traffic_limit::calls, as_amount(entry.max_calls_per_hour),
             [](const traffic_sum& sum) { return whole_units(static_cast<std::int64_t>(sum.attempts)); }},
            {traffic_limit::minutes, as_amount(entry.max_minutes_per_hour),
             [](const traffic_sum& sum) {
                 return amount{static_cast<std::int64_t>(sum.seconds) * 1'000'000 / 60};
             }},
            {traffic_limit::cost, entry.max_cost_per_hour, [](const traffic_sum& sum) { return sum.cost; }}};
}

bool is_told(std::span<const told_excess> told, const traffic_lane& lane, std::string_view limit)
{
    return std::ranges::any_of(told, [&](const told_excess& one) {
        return one.what.id == id_of(lane) &&
               std::ranges::find(one.what.fields, limit, &field_difference::field) != one.what.fields.end();
    });
}

// The lane to name where only all of them together passed the limit: the one that was named before, else the
// heaviest.
traffic_lane representative(const traffic_hour& hour, const hourly_limit& limit,
                            std::span<const told_excess> told)
{
    const auto named = std::ranges::find_if(
        hour.lanes, [&](const auto& one) { return is_told(told, one.first, limit.name); });
    if (named != hour.lanes.end())
        return named->first;
    return std::ranges::max_element(hour.lanes, {},
                                    [&limit](const auto& one) { return limit.seen(one.second); })
        ->first;
}

std::string in_the_hour(const traffic_lane& lane, const traffic_sum& sum, const traffic_hour& hour)
{
    return fmt::format("{} in the hour to {}", words_of(lane, sum), rfc3339(hour.until));
}

void judge_hourly(const traffic_entry& entry, const hourly_limit& limit, std::span<const traffic_hour> hours,
                  std::span<const told_excess> told, drafts& to)
{
    const auto heaviest = std::ranges::max_element(
        hours, {}, [&limit](const traffic_hour& hour) { return limit.seen(hour.all); });
    if (heaviest == hours.end() || limit.seen(heaviest->all) <= *limit.allowed)
        return;
    bool one_alone = false;
    for (const auto& [lane, sum] : heaviest->lanes)
        if (limit.seen(sum) > *limit.allowed) {
            one_alone = true;
            add(to, lane, entry,
                {limit.name, *limit.allowed, limit.seen(sum), in_the_hour(lane, sum, *heaviest)});
            to[lane].weight = larger(to[lane].weight, sum);
        }
    if (one_alone)
        return;
    const auto lane = representative(*heaviest, limit, told);
    const auto& sum = heaviest->lanes.at(lane);
    add(to, lane, entry,
        {limit.name, *limit.allowed, limit.seen(heaviest->all),
         fmt::format("{}, together with {} of the same entry {}", in_the_hour(lane, sum, *heaviest),
                     plural(heaviest->lanes.size() - 1, "other"),
                     limit_text(limit.name, limit.seen(heaviest->all)))});
    to[lane].weight = larger(to[lane].weight, heaviest->all);
}

void judge_hours(const traffic_policy& policy, const traffic_windows& windows,
                 std::span<const told_excess> told, drafts& to)
{
    for (std::size_t at = 0; at < policy.entries.size(); ++at)
        for (const auto& limit : hourly_limits(policy.entries[at]))
            if (limit.allowed)
                judge_hourly(policy.entries[at], limit, windows.hours_of(at), told, to);
}

// Calls in a row to one number, and long ones: only details show them.
void judge_calls(const traffic_policy& policy, const traffic_record& record, time_point now, drafts& to)
{
    const called_numbers called(policy, record, now);
    for (const auto& [entry, most] : called.most_called())
        add(to, most.lane, policy.entries[entry],
            {traffic_limit::to_one_number, whole_units(*policy.entries[entry].max_calls_to_one_number),
             whole_units(static_cast<std::int64_t>(most.calls)),
             fmt::format("{} to {} within an hour", attempts_counted(most.lane.product, most.calls),
                         masked_number(most.number))});
    for (const auto& [entry, longest] : called.longest())
        add(to, longest.lane, policy.entries[entry],
            {traffic_limit::one_call, whole_units(*policy.entries[entry].max_call_minutes),
             whole_units(static_cast<std::int64_t>(longest.seconds + 59) / 60),
             fmt::format("a call of {} to {} that ended at {}",
                         for_people(std::chrono::seconds(longest.seconds)), masked_number(longest.number),
                         rfc3339(longest.ended))});
}

field_difference seen_only(std::string_view field, std::string actual, severity weight)
{
    return {
        .field = std::string(field), .expected = std::nullopt, .actual = std::move(actual), .weight = weight};
}

// Says which entry would cover it at another time; "" when none would.
std::string hours_that_do_not(const traffic_policy& policy, const traffic_lane& lane)
{
    const auto other = std::ranges::find_if(
        policy.entries, [&lane](const traffic_entry& entry) { return covers(entry, lane); });
    if (other == policy.entries.end())
        return "no entry of traffic covers it";
    if (other->hours)
        return fmt::format("outside of the hours of line {} of the baseline, {}", other->line,
                           other->hours->text());
    return fmt::format("the entry in line {} of the baseline has expired", other->line);
}

void judge_uncovered(const traffic_policy& policy, const traffic_windows& windows,
                     const traffic_record& record, drafts& to)
{
    for (const auto& [lane, sum] : windows.uncovered()) {
        if (sum.attempts == 0 && sum.cost == amount{})
            continue;
        auto& draft = to[lane];
        const auto known = record.lanes().find(lane);
        const bool is_dear = known != record.lanes().end() && known->second.costs_dearly;
        draft.kind = deviation_kind::unknown;
        draft.level = std::max(draft.level, is_dear ? severity::critical : severity::high);
        draft.weight = larger(draft.weight, sum);
        draft.fields.push_back(seen_only("attempts", fmt::format("{}", sum.attempts), draft.level));
        draft.fields.push_back(seen_only("cost", to_text(sum.cost), draft.level));
        auto note = fmt::format("{} in 24 hours, the last at {}; {}{}", words_of(lane, sum),
                                rfc3339(windows.last_uncovered(lane)), hours_that_do_not(policy, lane),
                                is_dear ? "; calls there cost dearly" : "");
        if (!draft.note.empty())
            append(note, draft.note);
        draft.note = std::move(note);
    }
}

deviation deviation_of(const resource_type& type, const traffic_lane& lane, drafted_finding&& draft)
{
    deviation out;
    out.type = &type;
    out.id = id_of(lane);
    out.label = label_of(lane);
    out.kind = draft.kind;
    out.level = draft.level;
    out.fields.push_back(seen_only("product", std::string(name_of(lane.product)), severity::info));
    if (lane.connection != not_in_report)
        out.fields.push_back(seen_only("connection_id", lane.connection, severity::info));
    out.fields.push_back(seen_only("country", lane.country, severity::info));
    std::ranges::move(draft.fields, std::back_inserter(out.fields));
    out.note = std::move(draft.note);
    return out;
}

const told_excess* told_about(const deviation& fresh, std::span<const told_excess> told)
{
    const auto found = std::ranges::find_if(told, [&fresh](const told_excess& one) {
        return one.what.id == fresh.id && one.what.kind == fresh.kind && !one.what.fields.empty();
    });
    return found == told.end() ? nullptr : &*found;
}

std::optional<amount> number_in(const field_difference& field)
{
    return parse_amount(field.actual.value_or(""));
}

// Whether there is more to say than what was said last.
bool says_more(const deviation& fresh, const deviation& told)
{
    if (fresh.level > told.level)
        return true;
    return std::ranges::any_of(fresh.fields, [&told](const field_difference& now) {
        const auto before = std::ranges::find(told.fields, now.field, &field_difference::field);
        if (before == told.fields.end() || before->expected != now.expected)
            return true;
        const auto was = number_in(*before);
        const auto is = number_in(now);
        return now.weight > severity::info && was && is && *is > *was * 2;
    });
}

// As it was told, unless there is more to say.
deviation as_told(deviation fresh, std::span<const told_excess> told)
{
    const auto* const before = told_about(fresh, told);
    return before != nullptr && !says_more(fresh, before->what) ? before->what : fresh;
}

// Of a finding's id: "sip-trunking/1293384261075731499/LV".
std::optional<traffic_lane> lane_named(std::string_view id)
{
    const auto first = id.find('/');
    const auto last = id.rfind('/');
    if (first == std::string_view::npos || first == last)
        return std::nullopt;
    const auto product = value_named<traffic_product>(id.substr(0, first));
    if (!product)
        return std::nullopt;
    const auto or_empty = [](std::string_view text) {
        return text == "unknown" ? std::string() : std::string(text);
    };
    return traffic_lane{*product, or_empty(id.substr(first + 1, last - first - 1)),
                        or_empty(id.substr(last + 1))};
}

// Whether the baseline still says what the finding was told by.
bool is_still_asked(const traffic_policy& policy, const traffic_lane& lane, const deviation& told)
{
    const auto always = [&lane](const traffic_entry& entry) {
        return covers(entry, lane) && !entry.hours && !entry.expires;
    };
    if (told.kind == deviation_kind::unknown)
        return policy.names(lane.product) && std::ranges::none_of(policy.entries, always);
    return std::ranges::any_of(policy.entries, [&](const traffic_entry& entry) {
        return covers(entry, lane) && entry.has_limits();
    });
}

// A finding whose traffic does not show any more, but may be there: the readings do not reach back so far.
bool may_go_on(const traffic_policy& policy, const traffic_record& record, const deviation& told,
               time_point now)
{
    const auto lane = lane_named(told.id);
    if (!lane || !is_still_asked(policy, *lane, told))
        return false;
    const auto since = record.read_since(lane->product);
    const auto span = told.kind == deviation_kind::unknown ? uncovered_traffic_held : 1h;
    return !since || *since > now - span;
}

deviation rest_of(const resource_type& type, std::span<const deviation> rest)
{
    deviation out;
    out.type = &type;
    out.id = more_traffic;
    out.label = "of more countries and connections";
    out.kind = rest.front().kind;
    out.level = rest.front().level;
    out.fields.push_back(seen_only("findings", fmt::format("{}", rest.size()), out.level));
    out.note = fmt::format("{} more that weigh less than those that are reported one by one, such as {}",
                           rest.size(), rest.front().label);
    return out;
}

}  // namespace

std::vector<deviation> judge_traffic(const resource_type& type, const traffic_policy& policy,
                                     const traffic_record& record, std::span<const told_excess> told,
                                     time_point now)
{
    const traffic_windows windows(policy, record, now);
    drafts drafted;
    judge_hours(policy, windows, told, drafted);
    judge_calls(policy, record, now, drafted);
    judge_uncovered(policy, windows, record, drafted);

    std::vector<std::pair<traffic_lane, drafted_finding>> ordered(std::make_move_iterator(drafted.begin()),
                                                                  std::make_move_iterator(drafted.end()));
    std::ranges::stable_sort(ordered, std::greater{}, [](const auto& one) {
        return std::tuple(one.second.level, one.second.weight.cost, one.second.weight.attempts);
    });
    std::vector<deviation> out;
    std::vector<deviation> rest;
    for (auto& [lane, draft] : ordered) {
        auto found = as_told(deviation_of(type, lane, std::move(draft)), told);
        const bool is_told_alone = out.size() < most_traffic_findings || found.level == severity::critical ||
                                   told_about(found, told) != nullptr;
        (is_told_alone ? out : rest).push_back(std::move(found));
    }
    for (const auto& one : told) {
        const bool shows =
            std::ranges::any_of(out, [&one](const deviation& some) { return some.id == one.what.id; });
        if (!shows && may_go_on(policy, record, one.what, now))
            out.push_back(one.what);
    }
    if (!rest.empty())
        out.push_back(as_told(rest_of(type, rest), told));
    return out;
}

}  // namespace trunkwarden
