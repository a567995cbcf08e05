#pragma once

#include <functional>
#include <memory>
#include <string>

#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// How the receiver of a sink is reached, for create_https_client; `base_url` is the sink's own. Reads the
// files that the settings name. Fails with bad_file, bad_usage or not_found; the sentence names sink and
// file, never what is in it.
result<https_options> sink_connection(const sink_settings& settings, const std::string& base_url);

// The client that sends a sink's requests: `connect` over HTTP, a mail client for mails. Fails like
// sink_connection(), or like `connect`.
using client_maker = std::function<result<std::unique_ptr<https_client>>(https_options)>;
result<std::unique_ptr<https_client>> connect_to_sink(const sink_settings& settings,
                                                      const std::string& base_url,
                                                      const client_maker& connect);

}  // namespace trunkwarden
