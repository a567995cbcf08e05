#pragma once

#include <string>
#include <string_view>

#include "findings/finding.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// A finding as the state file keeps it, with nothing lost: JSON, times in milliseconds since 1970. Secrets
// are in it as keyed hashes at most.
std::string record_of(const finding& f);

// The same back. Fails with not_understood, also for a resource that this version does not watch. An extra
// resource that the settings do not have has a stand-in.
result<finding> finding_of(std::string_view record);

// An audit event likewise; its values are redacted already.
std::string record_of(const audit_event& event);
result<audit_event> audit_event_of(std::string_view record);

}  // namespace trunkwarden
