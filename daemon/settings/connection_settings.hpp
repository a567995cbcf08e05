#pragma once

#include <filesystem>
#include <string>

// How a server is reached, with the names of Prometheus' http_config. Secrets are in files.

namespace trunkwarden {

struct tls_config_settings {
    std::filesystem::path ca_file;    // PEM, trusted beside the system's
    std::filesystem::path cert_file;  // of the client, with key_file: for servers that ask who connects
    std::filesystem::path key_file;
    friend bool operator==(const tls_config_settings&, const tls_config_settings&) = default;
};

// At most one of the three that name a proxy is set.
struct connection_settings {
    tls_config_settings tls_config;
    std::string proxy_url;                 // without user name and password
    std::filesystem::path proxy_url_file;  // of one line: the same, with them
    bool proxy_from_environment = false;
    std::filesystem::path http_headers_file;  // settings/http_headers_file.hpp
    friend bool operator==(const connection_settings&, const connection_settings&) = default;
};

struct basic_auth_settings {
    std::string username;
    std::filesystem::path password_file;
    friend bool operator==(const basic_auth_settings&, const basic_auth_settings&) = default;
};

// For the Authorization header: "Bearer", and the credentials after it.
struct authorization_settings {
    std::string type = "Bearer";
    std::filesystem::path credentials_file;
    friend bool operator==(const authorization_settings&, const authorization_settings&) = default;
};

}  // namespace trunkwarden
