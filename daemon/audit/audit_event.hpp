#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/clock.hpp"

// The account's audit log as the rest of the daemon sees it. Telnyx calls the log best-effort and eventually
// consistent (docs/telnyx-api.md): an event is a hint where to look at once, and names the actor; its absence
// proves nothing.

namespace trunkwarden {

// The author of a change, as an audit event names it.
struct actor {
    std::string user_id;
    std::string made_by;  // change_made_by: organization_member, account_owner, account_manager, telnyx
    time_point at;
    // The account's knowledge of that user (account_people.hpp). The log has none of it.
    std::string email = {};               // the last one known
    std::optional<bool> is_user = {};     // whether the account still has him; nullopt: not known
    std::optional<bool> is_monitor = {};  // whether trunkwarden uses a key of his
    friend bool operator==(const actor&, const actor&) = default;
};

// One field of an event. The log may hold secrets in clear, so only what cannot be one is kept of a value:
// "true", "false", "" for null; everything else is "(redacted)".
struct audit_change {
    std::string field;  // a dotted path
    std::string from;
    std::string to;
    friend bool operator==(const audit_change&, const audit_change&) = default;
};

struct audit_event {
    std::string id;
    actor by;
    std::string change_type;  // a free string; "update" is the only one documented
    std::string resource_id;
    std::string alternate_id;  // alternate_resource_id, such as the phone number; "" when there is none
    std::string record_type;   // of the resource; "" where the event does not say (it may say "audit_event")
    std::vector<audit_change> changes;
    friend bool operator==(const audit_event&, const audit_event&) = default;
};

// The event as it is remembered: with its first changes only, where all of them would take more than 4 KiB.
// An author of large events must not push out those of others.
audit_event shortened(audit_event whole);

}  // namespace trunkwarden
