#include "containment/action_history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace trunkwarden {

void action_history::restore(std::vector<action> kept)
{
    actions_ = std::move(kept);
    std::ranges::sort(actions_, {}, [](const action& one) { return std::pair(one.planned_at, one.id); });
    index();
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

void action_history::put(action one)
{
    const auto [known, is_new] = places_.try_emplace(one.id, actions_.size());
    if (is_new)
        actions_.push_back(std::move(one));
    else
        actions_[known->second] = std::move(one);
}

std::vector<action> action_history::in(std::initializer_list<action_state> states) const
{
    std::vector<action> out;
    std::ranges::copy_if(actions_, std::back_inserter(out), [states](const action& one) {
        return std::ranges::find(states, one.state) != states.end();
    });
    return out;
}

}  // namespace trunkwarden
