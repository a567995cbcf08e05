#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/secret.hpp"
#include "support/yaml/problem.hpp"

// Headers of every request, which may be secrets: a YAML file of names and values.
//
//     X-Gateway-Token: 2f1c…
//     X-Tenant: voice

namespace trunkwarden {

struct secret_header {
    std::string name;
    secret value;
};

struct http_headers_reading {
    std::vector<secret_header> headers;
    std::vector<problem> problems;  // none of them repeats a value
};

// Refuses a line that is no header, a header that would change how a request is understood, and one that has
// another place in the settings.
http_headers_reading parse_http_headers(std::string_view text, const std::filesystem::path& file);
http_headers_reading read_http_headers_file(const std::filesystem::path& file);

}  // namespace trunkwarden
