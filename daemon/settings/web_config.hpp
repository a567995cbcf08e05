#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/yaml/problem.hpp"

// The file that web.config_file names: TLS, client certificates and passwords of the web server, in the
// format of Prometheus' exporter-toolkit. Whatever is taken here, `promtool check web-config` takes too.

namespace trunkwarden {

struct web_tls {
    std::filesystem::path cert_file;
    std::filesystem::path key_file;
    std::string client_auth_type = "NoClientCert";
    std::filesystem::path client_ca_file;
    std::string min_version = "TLS12";
    std::string max_version = "TLS13";
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
