#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "catalogue/resource_type.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/protection.hpp"
#include "containment/refusal.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "support/optional_reason.hpp"

// The facts that every plan of the quarantine is made of.

namespace trunkwarden {

// The conditions in the account at this moment.
struct plan_context {
    std::string account;
    optional_reason obstacle;  // why nothing may be done in it now
    monitor_identity self;
    day today;
    time_point now;
    time_point cycle_began;  // when its last sweep ended
};

// A finding, and its object as it was just read. Where the finding is about a use, the object is what carries
// the use; without an object, the running calls of the application are to be hung up.
struct candidate {
    finding about;
    std::optional<observed_object> object;  // nullopt: it is not there
    std::size_t live = 0;  // objects of its resource (objects_within_the_hour, action_limits.hpp)
};

// The mode that the rules give a finding. About a use it is `approve`, in any mode of the settings, unless a
// rule names the resource: the object to switch off is trusted, and its owner needs it.
quarantine_mode mode_for(const quarantine_settings& policy, const finding& about);

// The mode of a step about the use of such a resource whose finding is over: its kind is not known any more,
// so that a rule about one kind counts where it says `off`.
quarantine_mode mode_after_its_finding(const quarantine_settings& policy, std::string_view use,
                                       std::string_view account);

// The verb for a containment, for people: "switch off", "remove", "delete".
std::string containing_verb(const containment& containment);

// How long a plan that waits for a person stays good.
inline constexpr auto approval_patience = std::chrono::hours(24);

// `why`: the reason why the mode `auto` does not carry it out; "" in other modes.
void wait_for_a_person(action& step, std::string why, time_point now);

}  // namespace trunkwarden
