#pragma once

#include <string>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The monitor's own identity in the account. Where it is not known, no key or user counts as
// somebody else's.
struct monitor_identity {
    std::string key_id;     // api_keys.own_key_id, or what the list of keys confirms; "" when not known
    bool key_seen = false;  // the list of keys has it
    std::string user_id;    // of the user to whom the monitor's key belongs; "" when not known
    std::string email;

    bool knows_its_user() const { return !user_id.empty() || !email.empty(); }
};

// Safety limits of the object itself: why it is never touched, not even with approval; nullopt when it may
// be.
optional_reason protected_because(const resource_type& type, const object_view& object,
                                  const monitor_identity& self);

}  // namespace trunkwarden
