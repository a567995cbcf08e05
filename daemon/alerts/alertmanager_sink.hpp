#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Alerts for Prometheus' Alertmanager: POST /api/v2/alerts below the sink's URL. It forgets an alert that is
// not sent again, so it wants every open finding again and again. Labels identify an alert. A finding whose
// severity or kind changes is another alert to it, and the old one must be ended: the sink keeps in memory
// under which labels it sent a finding, until those alerts have expired.
result<std::unique_ptr<alert_sink>> create_alertmanager_sink(const sink_settings& settings);

}  // namespace trunkwarden
