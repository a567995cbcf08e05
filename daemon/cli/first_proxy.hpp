#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "settings/connection_settings.hpp"
#include "support/result.hpp"

// The proxy that `init` asks through, and writes into the settings.

namespace trunkwarden {

struct proxy_options {
    connection_settings named;  // at most one of the three that name a proxy

    void add_to(CLI::App& app);
};

// For whom the settings are.
struct proxy_need {
    std::string api_url;      // "": the default
    bool is_service = false;  // a service has neither this environment nor home folders
    bool may_ask = false;     // there is somebody at the terminal
};

// The proxy that the options name, with whole paths. Where they name nothing and the environment has a proxy
// for the API, says so, or asks whether to use it. Fails with bad_usage or bad_file for a file or variable
// that cannot be used.
result<connection_settings> find_first_proxy(const proxy_options& given, const proxy_need& need);

}  // namespace trunkwarden
