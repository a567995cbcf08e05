#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "containment/first_steps.hpp"
#include "settings/settings.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The event of a message about an incident. Such a message is made when it is sent, and never kept.
inline constexpr std::string_view incident_event = "incident";

// The incident that a message is about, when it is sent. A critical finding has messages of its own, and is
// not counted.
struct incident_summary {
    std::string id;
    std::string words = {};                  // the head line of its open findings, or that they are over
    std::size_t open = 0;                    // its findings that are not over
    std::size_t unacknowledged = 0;          // of them
    std::vector<std::string> critical = {};  // ids of its findings that are not over and not counted
    std::vector<first_step> first = {};
    std::string url = {};  // on the status page; ""
};

// A message to a sink: one finding's event, or the openings of many findings. Its JSON is the body of a
// webhook (docs/operations/alerts.md), the form in which the state file keeps it, and the source of every
// other sink's words.
struct notification {
    std::string event;  // the name of a transition, "opened_many", "test" or incident_event
    std::string delivery_id;
    std::string account;
    std::vector<boost::json::object>
        findings;                  // as to_json(finding) makes them; one, but of opened_many up to 100
    std::vector<std::string> ids;  // of opened_many: all of them, or as many as fit
    std::vector<std::string> severities = {};  // of each of ids; none in a message of an earlier version
    std::size_t in_all = 0;                    // of opened_many: how many there are, if more than ids; else 0
    std::string url = {};  // of the account's findings on the status page; "" without an external_url
    std::optional<incident_summary> incident = {};  // of event "incident"
    // Of a message about a critical finding, which is not part of one about its incident: that incident.
    std::optional<incident_summary> apart_from = {};
};

// Sets its links, and those of its findings, by the settings.
void add_links(notification& notification, const link_settings& to);

// How many findings it is about.
std::size_t findings_in_all(const notification& notification);

// {"version": 1, "event": …, "delivery_id": …, "finding": {…}}, or of opened_many {"version": 1, "event": …,
// "delivery_id": …, "account": …, "url": …, "ids": […], "severities": […], "findings": […], "more": N,
// "ids_left_out": N}.
std::string to_text(const notification& notification);

// The same back. Fails with not_understood.
result<notification> notification_of(std::string_view text);

// A message that tests a sink: event "test", one made-up finding of severity info that says so.
notification test_notification(std::string delivery_id, std::string_view sink, time_point now);

}  // namespace trunkwarden
