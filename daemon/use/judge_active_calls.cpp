#include "use/judge_active_calls.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <optional>
#include <utility>

#include "support/plural.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view limit_name = "max_calls";

std::optional<std::size_t> number_in(const std::optional<std::string>& text)
{
    std::size_t out = 0;
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
bool adds_to(const deviation& fresh, std::size_t count, const deviation& told)
{
    if (fresh.level > told.level || fresh.fields.front().expected != told.fields.front().expected)
        return true;
    const auto before = number_in(told.fields.front().actual);
    return !before || count > 2 * *before;
}

deviation too_many(const resource_type& type, const call_limit& limit, std::size_t count, std::string name)
{
    const std::size_t most = limit.max_calls.value_or(0);
    deviation out;
    out.type = &type;
    out.id = limit.connection_id;
    out.label = std::move(name);
    if (out.label.empty())
        out.label = limit.connection_id;
    out.kind = deviation_kind::exceeded;
    out.level = count > 2 * most ? severity::critical : severity::high;
    out.fields.push_back({.field = std::string(limit_name),
                          .expected = fmt::format("{}", most),
                          .actual = fmt::format("{}", count),
                          .weight = out.level});
    out.note = fmt::format("{} at the same time, {} is the most", plural(count, "call"), most);
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
        if (counted == counts.end() || counted->second <= limit.max_calls.value_or(0))
            continue;
        auto fresh = too_many(type, limit, counted->second, name_of(limit.connection_id));
        const auto* before = told_of(limit.connection_id, told);
        const bool goes_on = before != nullptr && before->contained_at.has_value();
        const bool is_new =
            before == nullptr || goes_on || adds_to(fresh, counted->second, before->deviation);
        if (!is_new)
            fresh = before->deviation;
        out.push_back(std::move(fresh));
        out.back().goes_on = goes_on;
    }
    return out;
}

}  // namespace trunkwarden
