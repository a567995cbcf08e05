#pragma once

#include <memory>

#include "alerts/alert_sink.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The sink of the type that the settings say. Reads the files that the settings name. Fails with bad_file or
// not_found; the sentence names the sink and the file, never what is in it.
result<std::unique_ptr<alert_sink>> create_alert_sink(const sink_settings& settings);

}  // namespace trunkwarden
