#include "web/http_exchange.hpp"

namespace trunkwarden {

namespace {

std::string_view sentence_for(unsigned status)
{
    switch (status) {
        case 413:
            return "The request's body is larger than this server takes.";
        case 431:
            return "The request's header is larger than this server takes.";
        case 500:
            return "trunkwarden could not answer this request.";
        case 503:
            return "Too many connections are open; try again in a moment.";
        default:
            return "This is not an HTTP request that trunkwarden understands.";
    }
}

}  // namespace

http_reply plain_reply(unsigned status, std::string_view sentence)
{
    http_reply reply;
    reply.status = status;
    reply.body = std::string(sentence) + "\n";
    return reply;
}

void add_safety_headers(http_reply& to)
{
    to.headers.emplace_back("X-Content-Type-Options", "nosniff");
    to.headers.emplace_back("Cache-Control", "no-store");
    to.headers.emplace_back("Referrer-Policy", "no-referrer");
    to.headers.emplace_back("Content-Security-Policy",
                            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
                            "frame-ancestors 'none'");
}

http_reply refusal(unsigned status)
{
    http_reply reply = plain_reply(status, sentence_for(status));
    add_safety_headers(reply);
    if (status == 503)
        reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

}  // namespace trunkwarden
