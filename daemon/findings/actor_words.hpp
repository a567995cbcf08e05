#pragma once

#include <cstdint>
#include <string>

#include "audit/audit_event.hpp"

namespace trunkwarden {

// Evidence has user ids whole; elsewhere their ends are enough to tell people apart.
enum class user_ids : std::uint8_t { shortened, whole };

// The author of a change: "dana@example.com (member, user 6b6d…9c01)", "dana@example.com, whose key
// trunkwarden uses", "user 6b6d…9c01, who is not a user of this account any more". Printable; "" when nothing
// is known of him.
std::string words_of(const actor& by, user_ids form = user_ids::shortened);

// The same in short: "dana@example.com", or all that is known where the address is not.
std::string name_of_actor(const actor& by);

}  // namespace trunkwarden
