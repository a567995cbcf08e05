#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkwarden {

// The kinds of credentials that protect a person's way into the account. Telnyx documents no names for them
// in the audit log (docs/telnyx-api.md), so they are recognised by words.
enum class credential_kind : std::uint8_t { two_factor, password, email, api_key };

// Which matter a dotted field name, a change_type or a record_type speaks of. Whole words count, in any case
// and however they are joined, so that neither "comfable" nor "hotplug" does. The passwords of SIP,
// voicemail, webhooks and the like are none: they let nobody into the account.
std::optional<credential_kind> credential_kind_of(std::string_view name);

}  // namespace trunkwarden
