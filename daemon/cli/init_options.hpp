#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/first_proxy.hpp"
#include "settings/settings.hpp"

namespace trunkwarden {

struct init_options {
    std::string account;  // "": init asks
    key_source key;       // where the API key is; nothing: it is asked for
    std::string sink;     // TYPE=WHERE; "": none
    std::string api_url;
    std::string ca_file;
    proxy_options proxy;
    bool accept_blind_spots = false;  // continue without the lists that the key cannot read
    bool force = false;               // replace settings and a baseline that are there
    bool yes = false;                 // do not ask

    void add_to(CLI::App& app)
    {
        app.add_option("--account", account, "The account's name; without it, init asks");
        auto* file = app.add_option("--api-key-file", key.file, "A file that holds the API key");
        auto* credential = app.add_option("--api-key-credential", key.credential,
                                          "The systemd credential that holds the API key");
        auto* variable = app.add_option("--api-key-env", key.environment,
                                        "The environment variable that holds the API key");
        file->excludes(credential)->excludes(variable);
        credential->excludes(variable);
        app.add_option("--sink", sink, "Where alerts go: TYPE=WHERE");
        app.add_option("--api-url", api_url, "A regional host of Telnyx");
        app.add_option("--ca-file", ca_file, "A PEM file to trust beside the system's");
        proxy.add_to(app);
        app.add_flag("--accept-blind-spots", accept_blind_spots, "Accept resources that the key cannot read");
        app.add_flag("--force", force, "Replace existing settings and baseline");
        app.add_flag("--yes", yes, "Ask nothing: take defaults, and start the service");
    }
};

}  // namespace trunkwarden
