#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "baseline/active_calls_policy.hpp"
#include "containment/action.hpp"
#include "containment/plan_context.hpp"
#include "containment/recurrence.hpp"
#include "findings/finding.hpp"
#include "support/optional_reason.hpp"

// The steps that stop a use of the account: money that goes, calls that run, a stolen password that is
// registered. Nothing of it can be put back; the trusted objects through which it goes are switched off, on
// the word of a person, unless a rule of the settings names the resource (docs/quarantine.md). Pure.

namespace trunkwarden {

// Whether a finding is about a use that can be stopped.
bool is_use_to_stop(const finding& about);

// One object of a kind, by its id.
struct object_of_kind {
    std::string_view resource;
    std::string_view id;
};

// Why no step is planned for this object: "" where people need not read it (a step is under way, or somebody
// decided about the finding as it is). Nothing when one is to be planned.
optional_reason why_not_stopped(const finding& about, const object_of_kind& object,
                                const quarantine_settings& policy, const std::vector<action>& history,
                                time_point now);

// The step on one object, as it was just read. Fails with bad_usage where it is off already.
result<action> stopping(const candidate& candidate, const plan_context& at);

// The step that hangs up the running calls of one application: all of them where the finding says that there
// are too many, else those that run for too long.
action hanging_up(const finding& about, const plan_context& at);

// The limit as far as the step is about it: one that was planned for a long call hangs up no others.
call_limit limit_of_step(const action& step, call_limit limit);

// Why a step of the mode auto waits for a person all the same: somebody took one back since the finding
// opened.
optional_reason was_taken_back(const finding& about, std::string_view object_id,
                               const std::vector<action>& history);

// Has a step wait for a person: another baseline said a moment ago how the account may be used.
void hold_after_reload(action& action, time_point replaced_at, time_point until);

// The values that switching off an object of this resource writes into its watched fields, by their names.
std::vector<std::pair<std::string_view, std::string_view>> values_when_off(const resource_type& type);

// Whether everything that was planned to stop the use was done, as far as this opening of the finding goes.
bool has_stopped(const finding& about, const std::vector<action>& history);

}  // namespace trunkwarden
