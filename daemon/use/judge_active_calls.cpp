#include "use/judge_active_calls.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "support/clock.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

// A limit that was passed.
struct passed_calls_limit {
    std::string_view name;
    std::uint64_t allowed = 0;
    std::uint64_t seen = 0;
    std::string words;
};

bool is_longer(const std::optional<std::uint64_t>& seconds, const call_limit& limit)
{
    return seconds && limit.max_call_minutes && *seconds > std::uint64_t{60} * *limit.max_call_minutes;
}

std::vector<passed_calls_limit> passed_by(const call_count& count, const call_limit& limit)
{
    std::vector<passed_calls_limit> out;
    const auto most = limit.max_calls.value_or(0);
    if (count.calls > most)
        out.push_back(
            {calls_limit::calls, most, count.calls,
             fmt::format("{} at the same time, {} is the most", plural(count.calls, "call"), most)});
    if (is_longer(count.longest, limit))
        out.push_back({calls_limit::one_call, *limit.max_call_minutes, (*count.longest + 59) / 60,
                       fmt::format("a call has run for {}, {} is the most",
                                   for_people(std::chrono::seconds(*count.longest)),
                                   plural(*limit.max_call_minutes, "minute"))});
    return out;
}

std::optional<std::uint64_t> number_in(const std::optional<std::string>& text)
{
    std::uint64_t out = 0;
    if (!text)
        return std::nullopt;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), out);
    return read.ec == std::errc() ? std::optional(out) : std::nullopt;
}

const told_excess* told_of(std::string_view connection, std::span<const told_excess> told)
{
    const auto found = std::ranges::find_if(told, [connection](const told_excess& before) {
        return before.deviation.id == connection && !before.deviation.fields.empty();
    });
    return found == told.end() ? nullptr : &*found;
}

// Whether there is more to say than what was said last.
bool adds_to(const deviation& fresh, const deviation& told)
{
    if (fresh.level > told.level)
        return true;
    return std::ranges::any_of(fresh.fields, [&told](const field_difference& now) {
        const auto before = std::ranges::find(told.fields, now.field, &field_difference::field);
        if (before == told.fields.end() || before->expected != now.expected)
            return true;
        const auto was = number_in(before->actual);
        const auto is = number_in(now.actual);
        return !was || !is || *is > 2 * *was;
    });
}

// Whether a limit that was passed is kept again, and not by a few calls: one that is passed now and then
// would make the finding lighter and heavier in turn.
bool is_kept_again(std::string_view field, const call_count& count, const call_limit& limit)
{
    if (field == calls_limit::calls)
        return 2 * std::uint64_t{count.calls} <= limit.max_calls.value_or(0);
    return !limit.max_call_minutes ||
           (count.longest && 2 * *count.longest <= std::uint64_t{60} * *limit.max_call_minutes);
}

// The deviation that was reported, without the limits that are kept again. Its note has a sentence for each.
deviation still_true_of(const deviation& told, const call_count& count, const call_limit& limit)
{
    auto out = told;
    out.fields.clear();
    out.note.clear();
    std::string_view rest = told.note;
    for (const auto& field : told.fields) {
        const auto sentence = rest.substr(0, rest.find("; "));
        rest.remove_prefix(std::min(sentence.size() + 2, rest.size()));
        if (is_kept_again(field.field, count, limit))
            continue;
        out.fields.push_back(field);
        out.note += (out.note.empty() ? "" : "; ") + std::string(sentence);
    }
    if (out.fields.empty() || out.fields.size() == told.fields.size())
        return told;
    out.level = std::ranges::max(out.fields, {}, &field_difference::weight).weight;
    out.level_alone.reset();
    return out;
}

deviation deviation_of(const resource_type& type, const call_limit& limit,
                       const std::vector<passed_calls_limit>& limits, const std::string& name)
{
    deviation out;
    out.type = &type;
    out.id = limit.connection_id;
    out.label = name.empty() ? limit.connection_id : name;
    out.kind = deviation_kind::exceeded;
    out.level = severity::high;
    for (const auto& some : limits) {
        const auto level = some.seen > 2 * some.allowed ? severity::critical : severity::high;
        out.level = std::max(out.level, level);
        out.fields.push_back({.field = std::string(some.name),
                              .expected = fmt::format("{}", some.allowed),
                              .actual = fmt::format("{}", some.seen),
                              .weight = level});
        out.note += (out.note.empty() ? "" : "; ") + some.words;
    }
    return out;
}

}  // namespace

std::vector<deviation> judge_active_calls(const resource_type& type, const active_calls_policy& policy,
                                          const counted_calls& counts, std::span<const told_excess> told,
                                          const std::function<std::string(std::string_view)>& name_of)
{
    std::vector<deviation> out;
    for (const auto& limit : policy.limits) {
        const auto counted = counts.find(limit.connection_id);
        if (counted == counts.end())
            continue;
        const auto limits = passed_by(counted->second, limit);
        if (limits.empty())
            continue;
        auto fresh = deviation_of(type, limit, limits, name_of(limit.connection_id));
        const auto* before = told_of(limit.connection_id, told);
        const bool goes_on = before != nullptr && before->contained_at.has_value();
        const bool is_new = before == nullptr || goes_on || adds_to(fresh, before->deviation);
        out.push_back(is_new ? std::move(fresh) : still_true_of(before->deviation, counted->second, limit));
        out.back().goes_on = goes_on;
    }
    return out;
}

bool are_too_many_or_long(const running_calls& calls, const call_limit& limit)
{
    return !passed_by(count_of(calls), limit).empty();
}

std::vector<std::string> calls_beyond(const running_calls& calls, const call_limit& limit)
{
    std::vector<std::string> out;
    const bool are_too_many = calls.count > limit.max_calls.value_or(0);
    for (const auto& call : calls.shown)
        if (are_too_many || is_longer(call.seconds, limit))
            out.push_back(call.id);
    return out;
}

optional_reason duration_not_known(const running_calls& calls, const call_limit& limit)
{
    if (!limit.max_call_minutes)
        return std::nullopt;
    if (calls.shown.size() < calls.count)
        return fmt::format("{} run and {} are shown: a longer one may be among the others", calls.count,
                           calls.shown.size());
    if (std::ranges::any_of(calls.shown, [](const running_call& call) { return !call.seconds; }))
        return "the API does not say for how long each has run";
    return std::nullopt;
}

}  // namespace trunkwarden
