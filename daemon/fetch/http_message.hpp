#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/secret.hpp"

// A request and its answer as plain values.

namespace trunkwarden {

struct http_header {
    std::string name;
    std::string value;
};

struct http_request {
    std::string method = "GET";
    std::string target = "/";  // path and query below the base URL, percent-encoded
    std::vector<http_header> headers;
    secret authorization;  // value of the Authorization header; empty sends none
    std::string body;
    std::optional<std::chrono::milliseconds> timeout;  // instead of the client's
    // An answer counts from its status line on when that says 2xx, even when the rest is lost: then it has no
    // headers and no body.
    bool status_decides = false;
    // Asked right before the first byte leaves: why it must not leave; empty for nobody.
    std::function<std::optional<std::string>()> before_sending;
};

// Hints of an answer about when to come back, and where more of it is, as the text of its headers; "" where
// it gives none.
struct answer_hints {
    std::string retry_after;
    std::string retry_after_ms;
    std::string rate_limit;
    std::string rate_remaining;
    std::string rate_reset;
    std::string date;
    std::string link;
};

struct http_answer {
    unsigned status = 0;
    answer_hints hints;
    std::string content_type;
    std::vector<std::string> header_names;  // in small letters, in their order
    std::string body;                       // decoded, with body_padding bytes of spare capacity
    std::string left_out;            // of a mail: a sentence about recipients who do not get it; "" for none
    std::vector<std::string> later;  // of them those who may take it later; then `body` is the mail
};

}  // namespace trunkwarden
