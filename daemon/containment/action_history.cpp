#include "containment/action_history.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace trunkwarden {
namespace {

bool is_a_decision(const action& action)
{
    return action.state == action_state::undone || action.state == action_state::rejected;
}

int rank_of(const action& action)
{
    if (is_in_force(action))
        return rank_in_force;
    if (is_a_decision(action))
        return 4;
    switch (action.state) {
        case action_state::done:
        case action_state::failed:
            return can_be_undone(action) ? 3 : 2;
        case action_state::dry_run:
            return 0;
        default:
            return 1;
    }
}

time_point end_of(const action& action)
{
    return action.ended_at.value_or(action.planned_at);
}

// About as many bytes as its record has.
std::size_t bytes_of(const action& action)
{
    constexpr std::size_t names_and_numbers = 700;
    return names_and_numbers + action.label.size() + action.summary.size() + action.reason.size() +
           action.impact.size() + action.held.size() + action.request.target.size() +
           action.request.body.size() + action.before.size() + action.outcome.size();
}

}  // namespace

past_item past_item_of(const action& ended)
{
    return {ended.id, rank_of(ended), static_cast<int>(ended.level), end_of(ended), bytes_of(ended)};
}

void action_history::restore(std::vector<action> kept)
{
    actions_ = std::move(kept);
    std::ranges::sort(actions_, {},
                      [](const action& action) { return std::pair(action.planned_at, action.id); });
    index();
    for (const auto& action : actions_)
        count(action, 1);
}

void action_history::count(const action& action, std::ptrdiff_t sign)
{
    if (!has_ended(action.state))
        return;
    ended_ += static_cast<std::size_t>(sign);
    ended_bytes_ += static_cast<std::size_t>(sign) * bytes_of(action);
}

void action_history::index()
{
    places_.clear();
    for (std::size_t at = 0; at < actions_.size(); ++at)
        places_.emplace(actions_[at].id, at);
}

const action* action_history::find(std::string_view id) const
{
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : &actions_[found->second];
}

void action_history::put(action action)
{
    const auto [known, is_new] = places_.try_emplace(action.id, actions_.size());
    count(action, 1);
    if (is_new) {
        actions_.push_back(std::move(action));
        return;
    }
    count(actions_[known->second], -1);
    actions_[known->second] = std::move(action);
}

std::vector<action> action_history::in(std::initializer_list<action_state> states) const
{
    std::vector<action> out;
    std::ranges::copy_if(actions_, std::back_inserter(out), [states](const action& action) {
        return std::ranges::find(states, action.state) != states.end();
    });
    return out;
}

std::vector<std::string> action_history::forget(time_point now)
{
    const bool is_too_much = ended_ > max_ended.count || ended_bytes_ > max_ended.bytes;
    if (!is_too_much && now - aged_at_ < std::chrono::hours(1) && now >= aged_at_)
        return {};
    aged_at_ = now;
    std::vector<std::string> out;
    std::vector<past_item> past;
    for (const auto& action : actions_) {
        if (!has_ended(action.state) || is_in_force(action))
            continue;
        if (!is_a_decision(action) && now - end_of(action) > kept_for)
            out.push_back(action.id);
        else
            past.push_back(past_item_of(action));
    }
    std::ranges::move(beyond(std::move(past), max_ended), std::back_inserter(out));
    const std::set<std::string_view> gone(out.begin(), out.end());
    std::erase_if(actions_, [this, &gone](const action& action) {
        if (!gone.contains(action.id))
            return false;
        count(action, -1);
        return true;
    });
    index();
    return out;
}

}  // namespace trunkwarden
