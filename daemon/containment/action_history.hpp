#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "containment/action.hpp"
#include "support/retention.hpp"

namespace trunkwarden {

// An action that ended, as something that may be forgotten. From the lowest rank to the highest: dry runs;
// plans that came to nothing; steps that cannot be undone; steps that can; steps that a person undid or
// rejected, because they would be done again; steps that stopped a use and are active.
past_item past_item_of(const action& ended);
inline constexpr int rank_in_force = 5;

// The actions of one account, in the order in which they were planned.
class action_history {
public:
    // Limits on actions that ended. An action that has not ended, or is active, is never forgotten: of those
    // there are no more than the account has objects.
    static constexpr retention_limits max_ended{5'000, 32UL * 1024 * 1024};
    static constexpr auto kept_for = std::chrono::hours(24 * 90);  // a decision of a person is kept longer

    void restore(std::vector<action> kept);

    const std::vector<action>& all() const { return actions_; }
    const action* find(std::string_view id) const;  // nullptr when there is none

    // Adds it, or replaces that of the same id.
    void put(action action);

    // Copies: the history changes while they are worked on.
    std::vector<action> in(std::initializer_list<action_state> states) const;

    // Forgets actions that ended long ago, and those beyond the limits. Returns the ids.
    std::vector<std::string> forget(time_point now);

private:
    void index();
    void count(const action& action, std::ptrdiff_t sign);

    std::vector<action> actions_;
    std::map<std::string, std::size_t, std::less<>> places_;  // by id
    std::size_t ended_ = 0;
    std::size_t ended_bytes_ = 0;
    time_point aged_at_;  // when old ones were last looked for
};

}  // namespace trunkwarden
