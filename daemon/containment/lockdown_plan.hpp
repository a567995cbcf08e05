#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account_types.hpp"
#include "baseline/baseline.hpp"
#include "containment/plan.hpp"
#include "snapshot/objects.hpp"
#include "support/enum_names.hpp"
#include "support/optional_reason.hpp"

// The playbook for a compromised account: everything that has to be done, in the order in which it is done,
// from the account as it was read and the baseline. Pure.

namespace trunkwarden {

enum class lockdown_step : std::uint8_t {
    evidence,
    outbound_profiles,
    forwarding,
    applications,
    addresses,
    messaging,
    access,
    api_keys,
    sip_credentials,
    v1_secrets,
    recharge,
};

template <>
inline constexpr auto names_of<lockdown_step> = word_table<lockdown_step>("evidence", "outbound_profiles",
                                                                          "forwarding", "applications",
                                                                          "addresses", "messaging", "access",
                                                                          "api_keys", "sip_credentials",
                                                                          "v1_secrets", "recharge");

// The step that puts a resource of this place in the playbook right; nothing when lockdown leaves it alone.
std::optional<lockdown_step> lockdown_step_of(playbook step);

// The purpose of a step, in words for people.
std::string_view purpose_of(lockdown_step step);

enum class lockdown_work : std::uint8_t {
    contain,  // make an untrusted object harmless
    restore,  // write trusted values back
    rotate,   // give it a new secret
    cap,      // switch off what may be trusted, because it costs
};

struct lockdown_item {
    lockdown_step step{};
    lockdown_work work{};
    std::size_t resource = 0;  // index into the account's types
    std::string kind;          // its name
    std::string object_id;
    std::string address;
    std::string label;
    std::string words;  // "switch off TeXML application ivr-2"
    undoing undo = undoing::impossible;
    std::string impact;     // the loss in service that it causes, for people
    optional_reason leave;  // why it is left to a person

    // The same item in another run.
    std::string key() const;
};

// By what an account is judged.
enum class lockdown_basis : std::uint8_t {
    baseline,
    nothing,  // no baseline can be read: nothing is known, and only what costs is switched off
};

struct lockdown_account {
    const account_types& types;
    const baseline& trusted;
    monitor_identity self;
    day today;
    lockdown_basis basis = lockdown_basis::baseline;
};

// `objects` by index of the types, also of lists that were read in part only.
std::vector<lockdown_item> plan_lockdown(const lockdown_account& account,
                                         const std::vector<object_list>& objects);

// Whether it is as its containment leaves it, or its `active` or `enabled` says so.
bool is_switched_off(const resource_type& type, const object_view& object);

// Whether a step has items when there is no baseline.
bool needs_no_baseline(lockdown_step step);

// The item for an object as it is now; nullopt when the object is as it should be. Asked for the plan, and
// once more before the item is carried out.
std::optional<lockdown_item> lockdown_item_for(const lockdown_account& account, std::size_t resource,
                                               const object_view& object);

// Secrets of trusted objects for which there is no request: a sentence for each resource that has some. A
// thief who could read the account has them.
std::vector<std::string> secrets_to_make_by_hand(const lockdown_account& account,
                                                 const std::vector<object_list>& objects);

// The tasks that only a person can do, with the places in the portal.
std::vector<std::string> what_people_do();

}  // namespace trunkwarden
