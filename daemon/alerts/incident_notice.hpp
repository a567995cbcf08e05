#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/notification.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "support/clock.hpp"

// Messages about an incident, for receivers that people read (decision 41). Pure.

namespace trunkwarden {

// Chats, mails and pages; others are programs, which group as they like.
bool is_for_people(sink_type type);

// Only findings that were severe become part of one. Asked first: a look at all open findings costs time.
bool may_be_of_incident(const notification& notification);

// The incident of a message about one finding: as the finding is by now, else as the message says. "" for one
// about none, and for a message about many.
std::string incident_of(const notification& notification, const std::vector<finding>& open);

// Whether it is about a finding that was critical then, or is now. Such a message is never one with others:
// a receiver that knows the incident, and looks into it, has to be woken again.
bool is_critical(const notification& notification, const std::vector<finding>& open);

// An incident without its critical findings, as it is by now; without words and first steps.
incident_summary without_critical(const std::string& incident, const std::vector<finding>& open);

// Gives the finding of a message the head line of its incident, as member `incident_words`.
void add_incident_words(notification& notification, const std::vector<finding>& open, time_point now);

// One message from several about findings of an incident that are not critical, in their order: each of their
// findings once, with its event as the member `event`, as it is by now.
notification gathered(const std::vector<notification>& about, const std::string& incident,
                      const std::vector<finding>& open, time_point now);

// The ids of the open findings of an incident that are not critical.
std::vector<std::string> ids_of_incident(const std::string& incident, const std::vector<finding>& open);

}  // namespace trunkwarden
