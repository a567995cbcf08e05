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
    std::string words;             // "312 calls in the hour to 2026-11-30T22:15:00Z"
    std::string beside = {};       // the other lanes of the entry; "" where there are none
    bool is_of_its_sender = true;  // and not of several of which none is known to be too much
};

struct drafted_finding {
    deviation_kind kind = deviation_kind::exceeded;
    severity level = severity::high;
    std::vector<field_difference> fields;
    std::string note;
    traffic_sum weight;
    bool is_of_its_sender = false;
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
    append(draft.note,
           fmt::format("{}{}, {} is {} (line {} of the baseline){}", passed.words, sender_of(lane),
                       passed.name, limit_text(passed.name, passed.allowed), by.line, passed.beside));
    draft.is_of_its_sender = draft.is_of_its_sender || passed.is_of_its_sender;
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

// An entry within the hours of the last one, and the facts beside it.
struct judged_hours {
    const traffic_entry& entry;
    const traffic_record& record;
    std::span<const traffic_hour> hours;  // the newest first
    std::span<const told_excess> told;
};

// The finding that reported a limit that the lane passed; nullptr where none did.
const deviation* told_of(std::span<const told_excess> told, const traffic_lane& lane, std::string_view limit)
{
    const auto found = std::ranges::find_if(told, [&](const told_excess& before) {
        return before.deviation.id == id_of(lane) &&
               std::ranges::find(before.deviation.fields, limit, &field_difference::field) !=
                   before.deviation.fields.end();
    });
    return found == told.end() ? nullptr : &found->deviation;
}

// Whether that was put down to its sender, and not to several of them.
bool blamed_its_sender(const deviation* told)
{
    return told != nullptr && std::ranges::any_of(told->fields, [](const field_difference& field) {
               return field.field == "connection_id" && field.actual != several_senders;
           });
}

bool is_dear(const traffic_record& record, const traffic_lane& lane)
{
    const auto known = record.lanes().find(lane);
    return known != record.lanes().end() && known->second.costs_dearly;
}

struct weighed_lane {
    traffic_lane lane;
    traffic_sum sum;
    amount seen;
    amount growth;  // since the first of the hours
    bool is_dear = false;
    const deviation* told = nullptr;
};

// The lanes of an hour: those that were reported first, then the dear ones, and of them what grew most.
std::vector<weighed_lane> weighed(const judged_hours& in, const hourly_limit& limit, const traffic_hour& hour)
{
    std::vector<weighed_lane> out;
    const auto& first = in.hours.back().lanes;
    for (const auto& [lane, sum] : hour.lanes) {
        const auto before = first.find(lane);
        const auto seen = limit.seen(sum);
        const auto growth = before == first.end() ? seen : seen - limit.seen(before->second);
        out.push_back(
            {lane, sum, seen, growth, is_dear(in.record, lane), told_of(in.told, lane, limit.name)});
    }
    std::ranges::stable_sort(out, std::greater{}, [](const weighed_lane& some) {
        return std::tuple(some.told != nullptr, some.is_dear, some.growth, some.seen);
    });
    return out;
}

std::string in_the_hour(const weighed_lane& some, const traffic_hour& hour)
{
    return fmt::format("{} in the hour to {}", words_of(some.lane, some.sum), rfc3339(hour.until));
}

// "; of the same entry: 30 calls to Canada from connection 2"
std::string beside(std::span<const weighed_lane> lanes, const traffic_lane& but)
{
    constexpr std::size_t most_named = 20;
    std::string out;
    std::size_t named = 0;
    for (const auto& some : lanes)
        if (some.lane != but && named++ < most_named)
            out += fmt::format(
                "{}{}{}", out.empty() ? "; of the same entry: " : ", ",
                attempts_counted(some.lane.product, some.sum.attempts) + " to " + place_of(some.lane.country),
                sender_of(some.lane));
    return named > most_named ? out + fmt::format(", and {} more", named - most_named) : out;
}

// The only connection whose growth explains that the limit was passed, and of several the only dear one;
// nothing where that is not known.
std::optional<std::string> sender_of_excess(std::span<const weighed_lane> lanes, amount together,
                                            amount allowed)
{
    struct growing {
        amount growth;
        bool is_dear = false;
    };
    std::map<std::string, growing> senders;
    for (const auto& some : lanes) {
        auto& sender = senders[some.lane.connection];
        sender.growth += some.growth;
        sender.is_dear = sender.is_dear || some.is_dear;
    }
    if (senders.size() == 1)
        return senders.begin()->first;
    std::erase_if(senders, [&](const auto& sender) { return together - sender.second.growth > allowed; });
    if (senders.size() > 1)
        std::erase_if(senders, [](const auto& sender) { return !sender.second.is_dear; });
    return senders.size() == 1 ? std::optional(senders.begin()->first) : std::nullopt;
}

// None of them passed the limit alone. The finding is about the sender that is too much, where that is known.
void add_together(const judged_hours& in, const hourly_limit& limit, const traffic_hour& hour,
                  std::span<const weighed_lane> lanes, drafts& to)
{
    traffic_sum all;
    for (const auto& some : lanes)
        all += some.sum;
    const auto together = limit.seen(all);
    if (lanes.empty() || together <= *limit.allowed)
        return;
    const auto sender = sender_of_excess(lanes, together, *limit.allowed);
    auto named = lanes.begin();
    if (sender)
        named =
            std::ranges::find_if(lanes, [&](const weighed_lane& x) { return x.lane.connection == *sender; });
    const bool is_known = sender || blamed_its_sender(named->told);
    const auto* const unknown =
        is_known ? ""
                 : "; it is not known which connection is too much, so that none of them is switched off";
    add(to, named->lane, in.entry,
        {limit.name, *limit.allowed, together,
         fmt::format("{}, together with {} of the same entry {}", in_the_hour(*named, hour),
                     plural(lanes.size() - 1, "other"), limit_text(limit.name, together)),
         beside(lanes, named->lane) + unknown, is_known});
    to[named->lane].weight = larger(to[named->lane].weight, all);
}

void judge_hourly(const judged_hours& in, const hourly_limit& limit, drafts& to)
{
    const auto heaviest = std::ranges::max_element(
        in.hours, {}, [&limit](const traffic_hour& hour) { return limit.seen(hour.all); });
    if (heaviest == in.hours.end() || limit.seen(heaviest->all) <= *limit.allowed)
        return;
    const auto lanes = weighed(in, limit, *heaviest);
    std::vector<weighed_lane> rest;
    for (const auto& some : lanes) {
        if (some.seen <= *limit.allowed) {
            rest.push_back(some);
            continue;
        }
        add(to, some.lane, in.entry,
            {limit.name, *limit.allowed, some.seen, in_the_hour(some, *heaviest), beside(lanes, some.lane)});
        to[some.lane].weight = larger(to[some.lane].weight, some.sum);
    }
    add_together(in, limit, *heaviest, rest, to);
}

void judge_hours(const traffic_policy& policy, const traffic_record& record, const traffic_windows& windows,
                 std::span<const told_excess> told, drafts& to)
{
    for (std::size_t at = 0; at < policy.entries.size(); ++at)
        for (const auto& limit : hourly_limits(policy.entries[at]))
            if (limit.allowed)
                judge_hourly({policy.entries[at], record, windows.hours_of(at), told}, limit, to);
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
                         masked_number(most.number)),
             most.is_of_several ? "; several connections made them" : "", !most.is_of_several});
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
        const bool costs_dearly = is_dear(record, lane);
        draft.is_of_its_sender = true;
        draft.kind = deviation_kind::unknown;
        draft.level = std::max(draft.level, costs_dearly ? severity::critical : severity::high);
        draft.weight = larger(draft.weight, sum);
        draft.fields.push_back(seen_only("attempts", fmt::format("{}", sum.attempts), draft.level));
        draft.fields.push_back(seen_only("cost", to_text(sum.cost), draft.level));
        auto note = fmt::format("{} in 24 hours, the last at {}; {}", words_of(lane, sum),
                                rfc3339(windows.last_uncovered(lane)), hours_that_do_not(policy, lane));
        if (costs_dearly)
            append(note, std::string(words_of_danger(lane.product)));
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
    if (!draft.is_of_its_sender)
        out.fields.push_back(seen_only("connection_id", std::string(several_senders), severity::info));
    else if (lane.connection != not_in_report)
        out.fields.push_back(seen_only("connection_id", lane.connection, severity::info));
    out.fields.push_back(seen_only("country", lane.country, severity::info));
    std::ranges::move(draft.fields, std::back_inserter(out.fields));
    out.note = std::move(draft.note);
    return out;
}

const told_excess* told_about(const deviation& fresh, std::span<const told_excess> told)
{
    const auto found = std::ranges::find_if(told, [&fresh](const told_excess& excess) {
        return excess.deviation.id == fresh.id && excess.deviation.kind == fresh.kind &&
               !excess.deviation.fields.empty();
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

// As it was reported, unless there is more to say.
deviation as_told(deviation fresh, std::span<const told_excess> told)
{
    const auto* const before = told_about(fresh, told);
    return before != nullptr && !says_more(fresh, before->deviation) ? before->deviation : fresh;
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

// Whether the baseline still has the rule that the finding was reported by.
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
    out.note = fmt::format("{} more, less severe than those that are reported one by one, such as {}",
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
    judge_hours(policy, record, windows, told, drafted);
    judge_calls(policy, record, now, drafted);
    judge_uncovered(policy, windows, record, drafted);

    std::vector<std::pair<traffic_lane, drafted_finding>> ordered(std::make_move_iterator(drafted.begin()),
                                                                  std::make_move_iterator(drafted.end()));
    std::ranges::stable_sort(ordered, std::greater{}, [](const auto& pair) {
        return std::tuple(pair.second.level, pair.second.weight.cost, pair.second.weight.attempts);
    });
    std::vector<deviation> out;
    std::vector<deviation> rest;
    for (auto& [lane, draft] : ordered) {
        auto found = as_told(deviation_of(type, lane, std::move(draft)), told);
        const bool is_told_alone = out.size() < most_traffic_findings || found.level == severity::critical ||
                                   told_about(found, told) != nullptr;
        (is_told_alone ? out : rest).push_back(std::move(found));
    }
    for (const auto& excess : told) {
        const bool shows = std::ranges::any_of(
            out, [&excess](const deviation& some) { return some.id == excess.deviation.id; });
        if (!shows && may_go_on(policy, record, excess.deviation, now))
            out.push_back(excess.deviation);
    }
    if (!rest.empty())
        out.push_back(as_told(rest_of(type, rest), told));
    return out;
}

}  // namespace trunkwarden
