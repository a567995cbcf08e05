#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "containment/action.hpp"
#include "settings/settings.hpp"
#include "snapshot/objects.hpp"
#include "support/clock.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// Of a list: the objects that its last complete reading saw, and those that the quarantine removed within the
// hour and that it did not see. An object counts once: that it was removed makes the share that may still be
// touched neither smaller nor larger. `history`: of one account.
std::size_t objects_within_the_hour(const object_list& seen, std::string_view resource,
                                    const std::vector<action>& history, time_point now);

// How much the quarantine may still do automatically in one account: max_actions_per_cycle,
// max_actions_per_hour and max_fraction of the settings. Findings below high may use half of the hour's
// actions, those below critical three quarters: a flood of minor ones leaves room for the severe one behind
// it. Pure.
class action_limits {
public:
    // `cycle_began`: when the last sweep of the account ended. `live`: how many objects each resource has or
    // had within the hour.
    action_limits(const quarantine_settings& policy, std::string account, time_point cycle_began,
                  std::map<std::string, std::size_t> live);

    // Counts what was sent.
    void count(const std::vector<action>& history, time_point now);

    // Counts the step, or says which limit it would pass.
    optional_reason admit(const action& step);

private:
    std::size_t share_of_hour(severity level) const;

    const quarantine_settings& policy_;
    std::string account_;
    time_point cycle_began_;
    std::map<std::string, std::size_t> live_;
    std::size_t cycle_ = 0;
    std::size_t hour_ = 0;
    std::map<std::string, std::size_t> touched_;  // within the hour, by resource
};

}  // namespace trunkwarden
