#pragma once

#include "settings/settings_rules.hpp"

// Rules for the keys of connection_settings.hpp that a table of keys cannot express.

namespace trunkwarden {

void check_tls_config(yaml_section& section, const reading_context& context, tls_config_settings& tls);
void check_basic_auth(yaml_section& section, const reading_context& context, basic_auth_settings& auth);
void check_authorization(yaml_section& section, const reading_context& context, authorization_settings& auth);

// Checks the keys beside those of an account or a sink.
void check_connection(yaml_section& section, const connection_settings& connection);

// Reports both keys, with their lines, where both are there.
void check_only_one(yaml_section& section, std::string_view key, std::string_view other);

}  // namespace trunkwarden
