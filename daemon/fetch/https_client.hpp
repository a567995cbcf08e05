#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fetch/http_message.hpp"
#include "fetch/origin.hpp"
#include "fetch/proxy.hpp"
#include "fetch/resolver.hpp"
#include "settings/http_headers_file.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

struct http_limits {
    std::size_t header = 64UL * 1024;
    std::size_t body = 32UL * 1024 * 1024;      // as it travels
    std::size_t expanded = 64UL * 1024 * 1024;  // after gzip
};

struct https_options {
    std::string base_url;  // https://host[:port][/path]; http:// where `plain` lets it go
    plain_http plain = plain_http::to_loopback;
    std::filesystem::path ca_file;    // PEM, trusted beside the system's; "" for none
    std::filesystem::path cert_file;  // shown to a server that asks, with key_file; "" for nothing
    std::filesystem::path key_file;
    std::optional<proxy> through;        // where there is one, nothing else is connected to
    secret authorization;                // of requests that have none
    std::vector<secret_header> headers;  // of every request
    std::chrono::milliseconds timeout = std::chrono::seconds(10);  // of one request, name resolution included
    http_limits limits = {};
    name_lookup look_up = system_lookup;
};

// Talks to one origin, over connections that are kept for the next request. Certificate and host name are
// always verified, also behind a proxy. Redirects are not followed, so nothing but the origin, or its proxy,
// is ever contacted. One thread; it must outlive the requests in hand. A request that is cancelled ends with
// operation_aborted.
class https_client {
public:
    virtual ~https_client() = default;

    // An answer with any status; or not_sent with what request.before_sending said, unreachable, untrusted,
    // timed_out, too_large, not_understood, or bad_usage for a request that cannot be written down. The
    // sentence names the host but not the target, which may be a secret. Where request.before_sending was not
    // asked, no byte of the request left. A GET that fails on a kept connection before any byte of an answer
    // is sent once more on a fresh one.
    virtual task<result<http_answer>> send(http_request request) = 0;
};

// Fails with bad_usage for a URL and bad_file for a certificate or key that cannot be used.
result<std::unique_ptr<https_client>> create_https_client(https_options options);

}  // namespace trunkwarden
