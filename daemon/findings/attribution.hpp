#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "audit/audit_event.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The actor of the change that a deviation shows, as far as the audit log names him: the newest event about
// the object, by its id, address or alternate id; of a changed object rather one that names a differing
// field, of an unknown one rather its creation, of a missing one its removal. Nothing when no event is about
// it. `before` is when the deviation was first seen: an event later than a minute after that did not cause
// it.
std::optional<actor> attribute(const deviation& deviation, const std::deque<audit_event>& events,
                               time_point before);

// Whether an event is about the object of a deviation.
bool concerns(const audit_event& event, const deviation& deviation);

// The object of an event's resource_id, as the lists show it. `type` is nullptr when no object that was read
// has that id or address.
struct audited_object {
    const resource_type* type = nullptr;
    std::string label = {};
};

// The deviations that an event shows without the lists: a change of two-factor authentication, a password, an
// e-mail address or an API key. At most one deviation for each of two_factor, organization_users and
// api_keys, holding every such field, with `from_event` set and the event's id as its own. Nothing for the
// object of another list: that list reports what changes in it, a SIP password among the rest.
std::vector<deviation> deviations_in(const audit_event& event, const audited_object& about);

// Whether an event shows a change of two-factor authentication; judge_two_factor wants to know of the newest.
bool is_about_two_factor(const audit_event& event, const audited_object& about);

}  // namespace trunkwarden
