#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// A proxy that requests go through. It is spoken to in clear: CONNECT, and behind that TLS up to the other
// end; or, for an http:// origin, the request itself.
struct proxy {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 80;
    secret authorization;  // value of the Proxy-Authorization header; empty sends none
    std::string named_by;  // "proxy_url", "HTTPS_PROXY": where to correct it
};

// "http://user:password@proxy.example:3128". Fails with bad_usage; the sentence begins with `named_by` and
// repeats nothing of the URL.
result<proxy> parse_proxy(std::string_view url, std::string_view named_by);

// The value of an Authorization header (RFC 7617).
secret basic_authorization(std::string_view username, const secret& password);

// "the proxy proxy.example:3128 (HTTPS_PROXY)", fit for printing.
std::string words_for(const proxy& through);

}  // namespace trunkwarden
