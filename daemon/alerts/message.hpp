#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notification.hpp"
#include "catalogue/severity.hpp"
#include "containment/first_steps.hpp"

// The words of a finding for people, made once from its JSON for every sink. All texts have been through
// printable(): an intruder chose some of them. Pure.

namespace trunkwarden {

struct message_field {
    std::string name;
    std::string expected;
    std::string actual;
};

struct message {
    std::string id;     // bare: receivers know it again by this
    std::string state;  // "" in messages from before findings had one
    std::string account;
    std::string resource;
    std::string kind;
    std::string severity;
    std::string status;
    bool is_there = true;  // false: it came and went, and is gone at the moment
    std::string title;
    std::string since;  // when this opening began
    std::string runbook_url;
    std::string url;                    // of it on the status page; "" without an external_url
    std::string incident_url;           // of those of its incident; ""
    std::vector<message_field> fields;  // the first ten, which are the most severe
    std::size_t more_fields = 0;
    std::string actor;  // the person who changed it, or that nobody knows; "" when nothing can be said yet
    std::string acknowledged;    // why and until when; "" when it is not
    std::string incident;        // "i-…", or ""
    std::string incident_words;  // the head line of its findings; ""
    std::string exposure;        // the money that can be lost through it; ""
    std::string quarantine;      // the action of the quarantine about it, and the command to type; ""
    std::string occurrences;     // "it came and went: seen 3 times; before from … to …"; "" for the first
    std::vector<first_step> first;  // the steps for a person, in order; none when it is over
};

// Members that are missing or of another type leave their text empty.
message message_of(const boost::json::object& finding);

// "connection_id is 17; expected: 42"
std::string words_of(const message_field& field);

// The head line of its incident, or the incident's name; "" when it is part of none.
std::string incident_line(const message& about);

// The facts beside the title, a line each.
std::string details_of(const message& about);

// "f-1e2214e2702c.3fa9": the finding in the state that the message is about.
std::string id_with_state(const message& about);

// The command that a person types next: "trunkwarden ack f-….3fa9 --reason TEXT"; for a finding that cannot
// be acknowledged, a command that shows more.
std::string next_command(const message& about);

// The first steps, numbered, each in a line; next_command() where there are none.
std::string what_is_next(const message& about);

// The event as the beginning of a headline: "New finding", "Resolved", "Still open".
std::string_view words_for_event(std::string_view event);

// Of event "incident": the headline, and a line for each finding in it: "New finding: CRITICAL - title
// (f-….3fa9)".
std::string headline_of_incident(const notification& notification);
std::string line_of_incident(const boost::json::object& finding);

// Whether there is something in it that a person has to act on: not only that findings end or are known.
bool reports_worse(const notification& notification);

// "142 new findings at once on production, 20 of them told here". `told` may be all of them.
std::string words_of_many(std::string_view account, std::size_t all, std::size_t told);

// Upper case, as a word that is seen at once: "CRITICAL".
std::string shouted(std::string_view severity);

// The severity that the word names; critical for any other word, so that it is not passed over.
severity weight_of(std::string_view level);

// At most `most` of them by severity, those of one severity in the order they had.
std::vector<boost::json::object> heaviest_first(std::vector<boost::json::object> findings, std::size_t limit);

}  // namespace trunkwarden
