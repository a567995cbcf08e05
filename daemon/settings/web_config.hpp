#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/enum_names.hpp"
#include "support/yaml/problem.hpp"

// The file that web.config_file names: TLS, client certificates and passwords of the web server, in the
// format of Prometheus' exporter-toolkit. `promtool check web-config` takes every file that is taken here.

namespace trunkwarden {

enum class client_certificates : std::uint8_t { none, verified_if_given, required };

template <>
inline constexpr auto names_of<client_certificates> =
    word_table<client_certificates>("NoClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert");

enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

template <>
inline constexpr auto names_of<tls_version> = word_table<tls_version>("TLS12", "TLS13");

struct web_tls {
    std::filesystem::path cert_file;
    std::filesystem::path key_file;
    client_certificates clients = client_certificates::none;  // client_auth_type
    std::filesystem::path client_ca_file;
    tls_version min_version = tls_version::tls_1_2;
    tls_version max_version = tls_version::tls_1_3;
    bool prefer_server_cipher_suites = true;
};

struct web_user {
    std::string name;
    std::string bcrypt;  // of the password
};

struct web_config {
    std::filesystem::path file;
    std::optional<web_tls> tls;
    std::vector<web_user> users;  // none: nobody needs a password
    std::vector<std::pair<std::string, std::string>> headers;
};

struct web_config_reading {
    web_config value;
    std::vector<problem> problems;  // none: the value can be used
};

web_config_reading parse_web_config(std::string_view text, const std::filesystem::path& file);
web_config_reading read_web_config(const std::filesystem::path& file);

// The file, and those that it names; also when it cannot be read.
std::vector<std::filesystem::path> files_of_web_config(const std::filesystem::path& file);

}  // namespace trunkwarden
