#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// A finding as JSON to any HTTP endpoint, signed when the settings name a secret (docs/operations/alerts.md).
result<std::unique_ptr<alert_sink>> create_webhook_sink(const sink_settings& settings);

}  // namespace trunkwarden
