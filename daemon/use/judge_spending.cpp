#include "use/judge_spending.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "support/plural.hpp"
#include "use/spending_window.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

struct excess {
    std::string_view limit;
    amount allowed;
    amount seen;
    std::string allowed_text;
    std::string seen_text;
    std::string span;  // "in the minute to 2026-11-30T22:14:03Z"
    bool is_too_little = false;

    bool is_passed() const { return is_too_little ? seen < allowed : seen > allowed; }
    // Twice as far from the limit as `other`.
    bool is_beyond_twice(amount other) const { return is_too_little ? seen * 2 < other : seen > other * 2; }
};

struct judged_limit {
    excess kind;
    std::chrono::seconds length;  // after which it is clean again
};

excess in_money(std::string_view limit, amount allowed, amount seen, std::string span)
{
    return {limit, allowed, seen, to_text(allowed), to_text(seen), std::move(span)};
}

judged_limit of_span(std::string_view limit, amount allowed, const spending_windows& windows,
                     std::pair<std::chrono::seconds, std::string_view> span, time_point now)
{
    const auto most = windows.most_within(span.first, now - span.first);
    return {in_money(limit, allowed, most.spent,
                     fmt::format("in the {} to {}", span.second, rfc3339(most.until))),
            span.first};
}

// Yesterday's excess lasts through today.
day heavier_day(day today, bool was_heavier_yesterday)
{
    return was_heavier_yesterday ? today - std::chrono::days(1) : today;
}

judged_limit of_day(amount allowed, const spending_windows& windows, day today)
{
    const auto yesterday = today - std::chrono::days(1);
    const auto date = heavier_day(today, windows.on(yesterday) > windows.on(today));
    return {in_money(spending_limit::per_day, allowed, windows.on(date),
                     fmt::format("on {} (UTC)", iso_date(date))),
            24h};
}

judged_limit of_top_ups(unsigned allowed, const spending_windows& windows, day today)
{
    const auto yesterday = today - std::chrono::days(1);
    const auto date = heavier_day(today, windows.top_ups_on(yesterday) > windows.top_ups_on(today));
    const auto count = windows.top_ups_on(date);
    excess out{
        spending_limit::top_ups,    whole_units(allowed),     whole_units(static_cast<std::int64_t>(count)),
        fmt::format("{}", allowed), fmt::format("{}", count), fmt::format("on {} (UTC)", iso_date(date))};
    return {std::move(out), 24h};
}

judged_limit of_credit(amount least, const balance& is)
{
    auto out = in_money(spending_limit::credit, least, is.available, "left");
    out.is_too_little = true;
    return {std::move(out), 0s};
}

// By all that the record shows, or by what was spent since a moment.
std::vector<judged_limit> limits_of(const spending_policy& policy, const spending_record& record,
                                    std::optional<time_point> since = std::nullopt)
{
    const auto now = record.last().until;
    const auto today = std::chrono::floor<std::chrono::days>(now);
    const spending_windows windows(record, policy.max_single_charge, since);
    std::vector<judged_limit> out;
    if (policy.max_per_minute)
        out.push_back(
            of_span(spending_limit::per_minute, *policy.max_per_minute, windows, {60s, "minute"}, now));
    if (policy.max_per_hour)
        out.push_back(of_span(spending_limit::per_hour, *policy.max_per_hour, windows, {3600s, "hour"}, now));
    if (policy.max_per_day)
        out.push_back(of_day(*policy.max_per_day, windows, today));
    if (policy.max_top_ups_per_day)
        out.push_back(of_top_ups(*policy.max_top_ups_per_day, windows, today));
    if (policy.min_available_credit)
        out.push_back(of_credit(*policy.min_available_credit, record.last().is));
    return out;
}

// "2 top-ups today, 200.00 together: 1 by hand"
std::string top_ups_today(const spending_record& record, day today)
{
    std::size_t all = 0;
    std::size_t by_hand = 0;
    amount sum;
    for (const auto& change : record.changes()) {
        if (change.source == top_up::none || std::chrono::floor<std::chrono::days>(change.ended) != today)
            continue;
        ++all;
        by_hand += change.source == top_up::by_hand ? 1 : 0;
        sum += change.topped_up;
    }
    if (all == 0)
        return {};
    const auto hands = by_hand == 0 ? std::string() : fmt::format(": {} by hand, card or API", by_hand);
    return fmt::format("; {} today, {} together{}", plural(all, "top-up"), to_text(sum), hands);
}

std::string forecast(const spending_record& record)
{
    const auto left = lasts_for(record, record.last().until);
    return left ? fmt::format("; at this rate the balance of {} is gone in {}",
                              to_text(record.last().is.available), for_people(*left))
                : std::string();
}

std::string sentence_about(const excess& found, const spending_record& record, time_point since)
{
    const auto is_count = found.limit == spending_limit::top_ups;
    const auto unit = is_count ? std::string() : record.last().is.currency + ' ';
    const auto seen = is_count ? plural(static_cast<std::size_t>(found.seen.millionths / 1'000'000), "top-up")
                               : unit + found.seen_text;
    return fmt::format(
        "{} {}, {} is {}{}, since {}{}{}", seen, found.span, found.is_too_little ? "the least" : "the most",
        unit, found.allowed_text, rfc3339(since),
        top_ups_today(record, std::chrono::floor<std::chrono::days>(record.last().until)), forecast(record));
}

const told_excess* told_about(std::string_view limit, std::span<const told_excess> told)
{
    const auto found = std::ranges::find_if(told, [limit](const told_excess& excess) {
        return excess.deviation.id == limit && !excess.deviation.fields.empty();
    });
    return found == told.end() ? nullptr : &*found;
}

deviation deviation_of(const resource_type& type, const excess& found, const spending_record& record,
                       time_point since)
{
    deviation out;
    out.type = &type;
    out.id = out.label = found.limit;
    out.kind = deviation_kind::exceeded;
    out.level = found.is_beyond_twice(found.allowed) ? severity::critical : severity::high;
    out.fields.push_back({.field = std::string(found.limit),
                          .expected = found.allowed_text,
                          .actual = found.seen_text,
                          .weight = out.level});
    out.note = sentence_about(found, record, since);
    return out;
}

// Whether there is more to say than what was said last.
bool says_more(const excess& found, const deviation& fresh, const deviation& told)
{
    if (fresh.level > told.level || told.fields.front().expected != found.allowed_text)
        return true;
    const auto before = parse_amount(told.fields.front().actual.value_or(""));
    return !before || found.is_beyond_twice(*before);
}

// A limit that is passed by what was spent since its finding was contained, as it is passed; nothing where it
// is not. (Credit that is left has no span.)
std::optional<excess> passed_again(const spending_policy& policy, const spending_record& record,
                                   const told_excess& told)
{
    if (!told.contained_at || told.deviation.id == spending_limit::credit)
        return std::nullopt;
    for (auto& [found, length] : limits_of(policy, record, told.contained_at))
        if (found.limit == told.deviation.id && found.is_passed())
            return std::move(found);
    return std::nullopt;
}

// The limit that is passed, as it is to be reported.
deviation as_told(const resource_type& type, const excess& found, const spending_policy& policy,
                  const spending_record& record, const told_excess& before)
{
    if (const auto again = passed_again(policy, record, before)) {
        auto out = deviation_of(type, *again, record, before.since);
        out.goes_on = true;
        return out;
    }
    auto fresh = deviation_of(type, found, record, before.since);
    return says_more(found, fresh, before.deviation) ? fresh : before.deviation;
}

}  // namespace

std::vector<deviation> judge_spending(const resource_type& type, const spending_policy& policy,
                                      const spending_record& record, std::span<const told_excess> told,
                                      std::chrono::milliseconds between_readings)
{
    std::vector<deviation> out;
    if (record.is_empty())
        return out;
    const auto now = record.last().until;
    const auto longest_pause = 2 * between_readings + reading_slack;
    for (const auto& [found, length] : limits_of(policy, record)) {
        const auto* const before = told_about(found.limit, told);
        if (found.is_passed()) {
            out.push_back(before == nullptr ? deviation_of(type, found, record, now)
                                            : as_told(type, found, policy, record, *before));
            continue;
        }
        const auto pause = std::max<std::chrono::milliseconds>(length + reading_slack, longest_pause);
        const bool same_limit =
            before != nullptr && before->deviation.fields.front().expected == found.allowed_text;
        if (same_limit && !record.covers(now - length, pause))
            out.push_back(before->deviation);
    }
    return out;
}

}  // namespace trunkwarden
