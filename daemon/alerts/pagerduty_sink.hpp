#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Incidents for PagerDuty, over its Events API v2. A finding is one incident: its id is the
// dedup_key. A message about an incident is one incident there, with its own id.
result<std::unique_ptr<alert_sink>> create_pagerduty_sink(const sink_settings& settings);

}  // namespace trunkwarden
