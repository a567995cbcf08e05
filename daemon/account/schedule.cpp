#include "account/schedule.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "account/question_rounds.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t short_list_pages = 10;

// The time that the questions about named objects take, beside the share of the others.
duration round_of_named(std::size_t questions)
{
    return static_cast<int>(questions) * between_questions * static_cast<int>(one_turn_of) /
           static_cast<int>(one_turn_of - 1);
}

bool last_reading_failed(const account_view& view, const polled_list& list)
{
    return !view.coverage[list.resources.front()].was_read();
}

}  // namespace

duration target_age(const polled_list& list, const poll_settings& poll)
{
    if (list.from.pages == paging::answers)
        return std::max<duration>(
            list.from.order == urgency::money ? poll.usage_interval : poll.large_interval,
            round_of_named(list.named_questions));
    // Not by how many bodies came: an intruder who makes a page come in parts must not make the list a long
    // one.
    const bool is_short =
        !list.last || list.last->pages.empty() || list.last->pages.rbegin()->first.number <= short_list_pages;
    return is_short && list.from.use != product_use::of_few ? poll.interval : poll.large_interval;
}

duration stale_limit(const polled_list& list, const poll_settings& poll)
{
    return std::max(poll.stale_after, 2 * target_age(list, poll));
}

duration until_next_reading(const account_view& view, const poll_settings& poll, const polled_list& list,
                            duration took)
{
    const auto target = target_age(list, poll);
    // A long list that failed is not left unread for its whole interval, nor read in a tight loop.
    const auto age = last_reading_failed(view, list) ? std::max(poll.interval, target / 5) : target;
    return age > poll.interval ? age : std::min(age, took + age * 9 / 10);
}

urgency urgency_of(const account_view& view, const polled_list& list)
{
    const bool kept_changing = view.coverage[list.resources.front()].failed_with == errc::moved;
    return kept_changing ? urgency::money : list.from.order;
}

duration until_due(const account_view& view, const poll_settings& poll, const polled_list& list,
                   time_point now)
{
    const auto& covered = view.coverage[list.resources.front()];
    const auto first_tried = covered.state == reading_state::never ? now : covered.watched_since;
    const auto answered = list.answered_at.value_or(first_tried);
    const auto due_age = (target_age(list, poll) + stale_limit(list, poll)) / 2;
    const auto age = std::chrono::duration_cast<duration>(now - answered);
    return std::clamp(due_age - age, duration(0), due_age);  // a clock may have been set
}

std::vector<duration> stale_limits(const account& watched)
{
    const auto& poll = watched.config.poll;
    std::vector<duration> out(watched.view.coverage.size(), poll.stale_after);
    for (const auto& list : watched.view.lists)
        for (const auto resource : list.resources)
            out[resource] = stale_limit(list, poll);
    // A round asks about one connection after the other, and counts as a reading at its end.
    const auto counted = static_cast<int>(watched.config.baseline.active_calls.limits.size());
    auto& of_calls = out[place_of_role(watched.config, resource_role::active_calls)];
    of_calls = std::max(of_calls, 2 * counted * between_questions);
    return out;
}

duration phase_of(std::string_view account, std::string_view list, duration interval)
{
    constexpr std::size_t parts = 1000;
    constexpr std::size_t soonest = parts / 10;
    const auto name = std::string(account) + '\n' + std::string(list);
    const auto part = soonest + std::hash<std::string>{}(name) % (parts - soonest) + 1;
    return interval * static_cast<int>(part) / static_cast<int>(parts);
}

std::vector<bool> rarely_read(const account_view& view)
{
    std::vector<bool> out;
    for (const auto& list : view.lists)
        out.push_back(list.from.use == product_use::of_few || list.from.pages == paging::answers);
    return out;
}

}  // namespace trunkwarden
