#include "account/schedule.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

constexpr std::size_t short_list_pages = 10;

bool last_reading_failed(const account_view& view, const polled_list& list)
{
    return !view.coverage[list.resources.front()].was_read();
}

}  // namespace

duration target_age(const polled_list& list, const poll_settings& poll)
{
    // Not by how many bodies came: whoever makes a page come in parts must not make the list a long one.
    const bool is_short =
        !list.last || list.last->pages.empty() || list.last->pages.rbegin()->first.number <= short_list_pages;
    return is_short ? poll.interval : poll.large_interval;
}

duration until_next_reading(const account_view& view, const poll_settings& poll, const polled_list& list)
{
    const auto target = target_age(list, poll);
    // A long list that failed is not left unread for its whole interval, nor read in a tight loop.
    return last_reading_failed(view, list) ? std::max(poll.interval, target / 5) : target;
}

std::vector<duration> stale_limits(const account_view& view, const poll_settings& poll)
{
    std::vector<duration> out(view.coverage.size(), poll.stale_after);
    for (const auto& list : view.lists)
        for (const auto resource : list.resources)
            out[resource] = std::max(poll.stale_after, 2 * target_age(list, poll));
    return out;
}

}  // namespace trunkwarden
