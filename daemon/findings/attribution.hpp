#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "audit/audit_event.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// Who made the change that a deviation shows, as far as the audit log tells: the newest event about the
// object, by its id, address or alternate id; of a changed object rather one that names a differing field, of
// an unknown one rather its creation. Nothing when no event is about it. `before` is when the deviation was
// first seen: an event later than a minute after that did not cause it.
std::optional<actor> who_made(const deviation& what, const std::deque<audit_event>& events,
                              time_point before);

// Whether an event is about the object of a deviation.
bool concerns(const audit_event& event, const deviation& what);

// What an event shows by itself, whatever the lists say: a change of two-factor authentication, a password,
// an e-mail address or an API key. One deviation for each such field, filed under two_factor,
// organization_users or api_keys, with `from_event` set and the event's id as its own.
std::vector<deviation> deviations_in(const audit_event& event);

}  // namespace trunkwarden
