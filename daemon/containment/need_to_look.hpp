#pragma once

#include <string>
#include <vector>

#include "containment/action.hpp"
#include "containment/plan_context.hpp"
#include "containment/recurrence.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "support/optional_reason.hpp"

// Whether a finding is worth a request to the API, and when it is contained again. Pure.

namespace trunkwarden {

// Whether to read the object and plan: there is a request for the finding, none is under way, and nobody
// decided about the object as it is. If not, `why` holds the reason where people should see one. `history`:
// of the actions those that concern the finding (containment/action_index.hpp).
struct need_to_look {
    bool is_needed = false;
    optional_reason why = {};
    refusal_reason kind = refusal_reason::later;  // of that reason
    recurrence back = {};
};
need_to_look is_worth_a_look(const quarantine_settings& policy, const finding& about,
                             const std::vector<const action*>& history, time_point now);

// Why this step is not planned yet: the same came back, or failed, a short while ago. `history`: the same.
optional_reason why_later(const action& step, const finding& about, const std::vector<const action*>& history,
                          time_point now);

// The differing fields that the API takes back; secrets are not among them.
std::vector<std::string> fields_to_put_back(const deviation& deviation);

// Whether a step that waits for a person is about less than the finding is by now: it would keep what is
// heavier from being planned.
bool is_outgrown(const action& step, const finding& about);

// Whether it is a decision of a person, or the dry run, after which nothing more is planned.
bool settles(const action& action, quarantine_mode mode);

// For people; nothing about a dry run.
optional_reason words_of_decision(const action& settled);

}  // namespace trunkwarden
