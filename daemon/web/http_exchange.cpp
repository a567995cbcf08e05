#include "web/http_exchange.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "support/json_view.hpp"

namespace trunkwarden {

namespace {

std::string_view sentence_for(unsigned status)
{
    switch (status) {
        case 401:
            return "A name and a password of web.config_file are needed here.";
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
                            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                            "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
}

std::string_view path_of(std::string_view target)
{
    target = target.substr(0, target.find_first_of("?#"));
    if (const std::size_t scheme = target.find("://");
        scheme != std::string_view::npos && !target.starts_with('/')) {
        const std::size_t slash = target.find('/', scheme + 3);
        return slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    return target;
}

bool is_api(std::string_view path)
{
    return path == "/api" || path.starts_with("/api/");
}

http_reply api_error(unsigned status, std::string_view sentence)
{
    boost::json::object body;
    body["status"] = "error";
    body["error"] = view(sentence);
    http_reply reply;
    reply.status = status;
    reply.content_type = "application/json";
    reply.body = boost::json::serialize(body) + '\n';
    return reply;
}

http_reply unauthorised(std::string_view target)
{
    auto reply = refusal(401, target);
    reply.headers.emplace_back("WWW-Authenticate", "Basic realm=\"trunkwarden\", charset=\"UTF-8\"");
    return reply;
}

void set_header(http_reply& reply, const std::string& name, const std::string& value)
{
    for (auto& [known, content] : reply.headers)
        if (known == name) {
            content = value;
            return;
        }
    reply.headers.emplace_back(name, value);
}

http_reply refusal(unsigned status, std::string_view target)
{
    const auto sentence = sentence_for(status);
    http_reply reply = is_api(path_of(target)) ? api_error(status, sentence) : plain_reply(status, sentence);
    add_safety_headers(reply);
    if (status == 503)
        reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

}  // namespace trunkwarden
