#pragma once

#include <string>

#include "settings/settings.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// A sink's URL, cut where https_client wants it cut. The part after the host may be a secret.
struct sink_url {
    std::string base;  // https://host[:port]
    secret path;       // "" or "/…"
    secret query;      // "" or "?…"
};

// From `url`, or from the file that `url_file` names. Fails with bad_file, bad_usage or not_found; the
// sentence names sink and file, never the URL.
result<sink_url> read_sink_url(const sink_settings& sink);

}  // namespace trunkwarden
