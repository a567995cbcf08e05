#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings/connection_settings.hpp"
#include "settings/settings.hpp"
#include "support/optional_reason.hpp"
#include "support/result.hpp"

// The settings that `init` writes: plain text in, plain text out.

namespace trunkwarden {

// "alertmanager=URL", "webhook=URL", "slack=FILE", "pagerduty=FILE": a secret is named by its file.
struct chosen_sink {
    sink_type type{};
    std::string where;
    bool is_file() const { return type == sink_type::slack || type == sink_type::pagerduty; }
    // Not on a host of one's own.
    bool is_outside() const { return is_file(); }
};
result<chosen_sink> parse_sink(std::string_view written);

// Why an account cannot have this name.
optional_reason fault_of_account_name(std::string_view name);

struct template_values {
    std::string account;
    key_source api_key;
    std::string api_url;  // "": the default
    std::string ca_file;
    connection_settings connection;  // its proxy is that of the API, and of sinks out on the internet
    std::vector<std::string> blind_spots;
    std::optional<chosen_sink> sink;
    bool beside_settings = false;  // state and control socket; else where the package has them
};
std::string settings_template(const template_values& from);

}  // namespace trunkwarden
