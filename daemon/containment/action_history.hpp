#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "containment/action.hpp"

namespace trunkwarden {

// The actions of one account, in the order in which they were planned.
class action_history {
public:
    void restore(std::vector<action> kept);

    const std::vector<action>& all() const { return actions_; }
    const action* find(std::string_view id) const;  // nullptr when there is none

    // Adds it, or replaces that of the same id.
    void put(action one);

    // Copies: the history changes while they are worked on.
    std::vector<action> in(std::initializer_list<action_state> states) const;

private:
    void index();

    std::vector<action> actions_;
    std::map<std::string, std::size_t, std::less<>> places_;  // by id
};

}  // namespace trunkwarden
