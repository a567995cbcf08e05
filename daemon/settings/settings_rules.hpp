#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.hpp"
#include "support/yaml/yaml_section.hpp"

// Rules for the settings that a table of keys cannot express. Each rule is called when its section has been
// read, and reports the mistakes in it.

namespace trunkwarden {

// Where the name of each account is written, as FILE:LINE.
using name_places = std::map<std::string, std::string, std::less<>>;

// The context in which a section is read.
struct reading_context {
    std::filesystem::path file;                // that is read
    std::vector<std::string_view>& resources;  // names of the catalogue, and of the extra ones before it
    const settings& so_far;                    // the settings above it in the table of keys
    name_places& accounts;                     // of those before it, also in other files

    // Relative to the file; "" stays "".
    std::filesystem::path path_of(std::string_view written) const;
};

void check_account(yaml_section& section, const reading_context& context, account_settings& account);
void check_api_keys_shape(yaml_section& section, const reading_context& context, api_keys_shape& shape);
void check_probe(yaml_section& section, const reading_context& context, two_factor_probe& probe);
void check_extra_field(yaml_section& section, const reading_context& context, extra_field& field);
// A resource with a fault is left without a name.
void check_extra_resource(yaml_section& section, const reading_context& context, extra_resource& extra);
void check_quarantine_rule(yaml_section& section, const reading_context& context, quarantine_rule& rule);
void check_web(yaml_section& section, const reading_context& context, web_settings& web);
void check_sink(yaml_section& section, const reading_context& context, sink_settings& sink);
void check_alerts(yaml_section& section, const reading_context& context, alert_settings& alerts);
void check_heartbeat(yaml_section& section, const reading_context& context, heartbeat_settings& beat);
void check_database(yaml_section& section, const reading_context& context, database_settings& database);
void check_links(yaml_section& file, const link_settings& links);

// Whether a key has a value that is not empty. One that could not be read counts: more need not be said about
// it.
bool is_given(yaml_section& section, std::string_view key);

// Names become metric labels and parts of file names: [a-z0-9_-]+.
void check_name(yaml_section& section, std::string_view name);
// And none twice.
void check_name(yaml_section& section, std::string_view name, std::span<const std::string_view> others);

enum class need : std::uint8_t { none, optional, required };

// Which keys a kind of sink has, beside name, type and min_severity.
struct sink_kind {
    need url;
    need url_file;
    need format;
    need secret_file;
    need routing_key_file;
    need resend_interval;
    need login;  // basic_auth or authorization, one of them
    need way;    // proxy_url, proxy_url_file, proxy_from_environment, http_headers_file
    need mail;   // smarthost, from, to; and the rest of mail_settings, which is optional then
};

// The keys that a kind with mails needs; then the optional ones of it, and those of a kind that has a way.
inline constexpr std::array<std::string_view, 3> mail_essentials{"smarthost", "from", "to"};
inline constexpr std::array<std::string_view, 3> mail_options{"auth_username", "auth_password_file",
                                                              "require_tls"};
inline constexpr std::array<std::string_view, 4> way_options{"proxy_url", "proxy_url_file",
                                                             "proxy_from_environment", "http_headers_file"};

inline constexpr auto sink_kinds = table_for<sink_type>(
    // url or url_file, one of them, is required where both are optional
    sink_kind{need::optional, need::optional, need::none, need::none, need::none, need::optional,
              need::optional, need::optional, need::none},
    sink_kind{need::optional, need::optional, need::optional, need::optional, need::none, need::none,
              need::optional, need::optional, need::none},
    sink_kind{need::none, need::required, need::none, need::none, need::none, need::none, need::optional,
              need::optional, need::none},
    sink_kind{need::optional, need::none, need::none, need::none, need::required, need::none, need::none,
              need::optional, need::none},
    sink_kind{need::none, need::none, need::none, need::none, need::none, need::none, need::none, need::none,
              need::required});

}  // namespace trunkwarden
