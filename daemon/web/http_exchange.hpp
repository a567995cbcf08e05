#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a client of our own HTTP server asks, and what it gets, as plain values.

namespace trunkwarden {

struct http_query {
    std::string method = "GET";
    std::string target = "/";  // as sent: path and query, possibly in absolute form
    std::string body;
};

struct http_reply {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> headers = {};  // beside those that every reply carries
    std::string body;
};

// Answers at once: it runs on the thread that polls. A reply to HEAD is the one to GET; the server leaves its
// body out.
using http_handler = std::function<http_reply(const http_query&)>;

// A sentence as plain text, its newline added.
http_reply plain_reply(unsigned status, std::string_view sentence);

// What every reply tells browsers: keep nothing, guess no type, run no script, load nothing but our style
// sheet.
void add_safety_headers(http_reply& to);

// What a request that never became one is told: 400, 413, 431, 500 or 503.
http_reply refusal(unsigned status);

}  // namespace trunkwarden
