#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "support/secret.hpp"

// A request to our own HTTP server, and the reply, as plain values.

namespace trunkwarden {

struct http_query {
    std::string method = "GET";
    std::string target = "/";  // as sent: path and query, possibly in absolute form
    std::string body;
    secret authorization = {};               // the header of that name
    std::string host = {};                   // likewise; empty: none, as HTTP/1.0 has it
    std::optional<std::string> origin = {};  // likewise; of several, all of them
    std::string sudo_user = {};              // likewise, of X-Sudo-User: a claim of the client
    std::optional<uid_t> peer_user = {};     // the user at the other end of the control socket
};

struct http_reply {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> headers = {};  // beside those that every reply carries
    std::string body;
    std::shared_ptr<const std::string> shared = nullptr;  // in place of body: one for many clients

    const std::string& content() const { return shared == nullptr ? body : *shared; }
};

// A sentence as plain text, its newline added.
http_reply plain_reply(unsigned status, std::string_view sentence);

// Whether a path is one of the API, whose errors are JSON.
bool is_api(std::string_view path);

// {"status": "error", "error": sentence}
http_reply api_error(unsigned status, std::string_view sentence);

// Adds the headers of every reply that order browsers: keep nothing, guess no type, run and load nothing that
// we do not serve ourselves.
void add_safety_headers(http_reply& to);

// 401: the password is missing or wrong.
http_reply unauthorised(std::string_view target);

// In place of one of that name, when there is one.
void set_header(http_reply& reply, const std::string& name, const std::string& value);

// The path of a target in origin form (/metrics?x) or absolute form (http://host/metrics?x), RFC 9112 3.2.
std::string_view path_of(std::string_view target);

// The reply to a request that could not be answered: 400, 413, 431, 500 or 503. As JSON when it is known to
// have been for the API.
http_reply refusal(unsigned status, std::string_view target = {});

}  // namespace trunkwarden
