#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "fetch/api_client.hpp"
#include "settings/settings.hpp"
#include "support/clock.hpp"
#include "support/enum_names.hpp"

namespace trunkwarden {

// The effect of an action on its object.
enum class measure : std::uint8_t {
    contain,   // makes an untrusted object harmless, in the least destructive way its resource has
    restore,   // writes trusted values back into a trusted object
    escalate,  // switches off an outbound voice profile because something came back twice; only if approved
    rotate,    // gives a trusted object a new secret; lockdown only
    stop,      // stops a use of the account: switches off what carries it, or hangs up one call
    hang_up,   // hangs up the running calls of one application, by a `stop` for each
};

template <>
inline constexpr auto names_of<measure> = word_table<measure>("contain", "restore", "escalate", "rotate",
                                                              "stop", "hang_up");

enum class action_state : std::uint8_t {
    dry_run,     // it would have been done
    waiting,     // for a person, who approves or rejects it
    approved,    // by a person: done at the next opportunity
    planned,     // in mode auto: the same
    sending,     // the request is on its way, or was when the process ended
    unverified,  // it was sent; the object could not be read since
    done,        // the object was read again, and is as it should be
    failed,      // the object is not as it should be, or the API refused
    stale,       // the object changed, or went away, before it was acted on
    rejected,    // by a person
    expired,     // nobody approved it in time
    undoing,     // the request that takes it back is on its way, or was when the process ended
    undone,      // and not done again to an object in this state
};

template <>
inline constexpr auto names_of<action_state> = word_table<action_state>("dry_run", "waiting", "approved",
                                                                        "planned", "sending", "unverified",
                                                                        "done", "failed", "stale", "rejected",
                                                                        "expired", "undoing", "undone");

// One step of the quarantine on one object, from plan to undo. The journal in the state file is made of
// these: each is on the disk before its request is sent.
struct action {
    std::string id;  // "a-" and 12 hex digits
    std::string account;
    std::string finding;   // the id of the finding it answers
    std::string resource;  // of the catalogue
    std::string use = {};  // stop, hang_up: the resource of the finding; else ""
    std::string object_id;
    std::string address;  // as paths name the object
    std::string label;
    trunkwarden::measure measure = measure::contain;
    action_state state = action_state::planned;
    quarantine_mode mode = quarantine_mode::dry_run;  // when it was planned
    std::string summary;                              // for people: "switch off TeXML application ivr-2"
    std::string reason;                               // why: the finding's title
    severity level{};                                 // of the finding, when the step was planned
    // restore: names of the fields whose trusted values are written back; hang_up: names of the limits that
    // were passed, and so which calls it is about.
    std::vector<std::string> fields;
    std::string fields_seen;  // restore: a hash of these fields' values, as the plan saw them; else ""
    std::string impact;       // the loss in service that it causes, for people
    std::string held;         // why a person has to approve it although the mode is auto; ""
    undoing undo = undoing::impossible;
    std::string seen;  // the state of the object that it was planned for (containment/observed_object.hpp)
    std::string identity_hash;  // equal when a new object is the same thing again; "": only its id shows
    api_write request;          // never with a secret
    std::string
        before;  // the object as it was just before, JSON with every secret as "(secret)"; "" until then
    // The ids of the objects that went off with this one (containment::takes_along); nothing where there are
    // none of that kind, or it is not known which were on.
    std::optional<std::vector<std::string>> taken_along = {};
    std::string new_id;   // of the object that an undo created in its place
    std::string outcome;  // how it went, or how undoing it went: a sentence; "" until then
    time_point planned_at;
    std::optional<time_point> expires_at = {};  // of a waiting one
    std::optional<time_point> held_until =
        {};  // of a waiting one that is planned again by then, without approval
    std::optional<time_point> decided_at = {};  // when a person approved, rejected or undid it
    std::string decided_by = {};                // that person (web/peer_names.hpp); "" when not known
    std::optional<time_point> sent_at = {};
    std::optional<time_point> ended_at = {};  // when it came into a state that lasts
    // stop: when it was noticed that a reading shows the object on again, or gone.
    std::optional<time_point> seen_on_at = {};
    friend bool operator==(const action&, const action&) = default;
};

// The quarantine does nothing until it is thawed.
struct freeze {
    time_point since;
    std::string reason;  // "" when nobody gave one
    // How the state of earlier runs was lost, a sentence: the daemon froze automatically. "" when a person
    // did.
    std::string state_lost = {};
    std::string by = {};  // the person who froze it; "" when not known
    friend bool operator==(const freeze&, const freeze&) = default;
};

// Whether the action is about another object than its finding is.
inline bool is_about_another(const action& action)
{
    return action.measure == measure::escalate || action.measure == measure::stop ||
           action.measure == measure::hang_up;
}

// Whether a step that stops a use still says why its object is off: it may be the only one that knows.
inline bool is_in_force(const action& action)
{
    return action.measure == measure::stop && action.state == action_state::done &&
           action.undo == undoing::exact && !action.seen_on_at;
}

// Whether nothing more happens to it automatically.
constexpr bool has_ended(action_state state)
{
    switch (state) {
        case action_state::waiting:
        case action_state::approved:
        case action_state::planned:
        case action_state::sending:
        case action_state::unverified:
        case action_state::undoing:
            return false;
        default:
            return true;
    }
}

// Whether somebody may take it back.
inline bool can_be_undone(const action& action)
{
    return (action.state == action_state::done || action.state == action_state::failed) &&
           action.undo != undoing::impossible && !action.before.empty();
}

// Whether its last request is on its way, or what became of it is not known yet.
constexpr bool is_unsettled(action_state state)
{
    return state == action_state::sending || state == action_state::unverified ||
           state == action_state::undoing;
}

}  // namespace trunkwarden
