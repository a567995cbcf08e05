#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Messages for a Slack channel, over an incoming webhook. Its URL is a secret as a whole.
result<std::unique_ptr<alert_sink>> create_slack_sink(const sink_settings& settings);

}  // namespace trunkwarden
