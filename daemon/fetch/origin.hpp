#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.hpp"

namespace trunkwarden {

enum class transport : std::uint8_t { tls, plain };

// Where plain http may go.
enum class plain_http : std::uint8_t {
    to_loopback,  // requests that carry an API key
    to_any_host,  // alerts: a receiver in the same network may have no certificate
};

// Where a client sends its requests: scheme, host and port, and the path that every target is below.
struct origin {
    transport over = transport::tls;
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 443;
    std::string base_path;  // "" or "/v2"
    std::string authority;  // as the Host header wants it: brackets around IPv6, no default port
    friend bool operator==(const origin&, const origin&) = default;
};

// "https://api.telnyx.com/v2". Plain http is accepted for loopback hosts only, unless `plain` says otherwise,
// since a key would travel in clear. Refuses user names, queries and fragments. The sentence names the URL's
// host at most: sinks have secrets in paths.
result<origin> parse_origin(std::string_view base_url, plain_http plain = plain_http::to_loopback);

}  // namespace trunkwarden
