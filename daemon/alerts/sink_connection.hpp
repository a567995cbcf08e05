#pragma once

#include <string>

#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// How the receiver of a sink is reached, for create_https_client; `base_url` is the sink's own. Reads the
// files that the settings name. Fails with bad_file, bad_usage or not_found; the sentence names sink and
// file, never what is in it.
result<https_options> sink_connection(const sink_settings& settings, const std::string& base_url);

}  // namespace trunkwarden
