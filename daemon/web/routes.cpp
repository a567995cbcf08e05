#include "web/routes.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "web/landing_page.hpp"

namespace trunkwarden {

namespace {

http_reply show_landing_page(const web_view&)
{
    return {.content_type = "text/html; charset=utf-8", .body = std::string(landing_page)};
}

http_reply show_style_sheet(const web_view&)
{
    return {.content_type = "text/css; charset=utf-8", .body = std::string(style_sheet)};
}

http_reply show_metrics(const web_view& view)
{
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = view.metrics()};
}

http_reply show_health(const web_view&)
{
    return plain_reply(200, "trunkwarden is healthy.");
}

http_reply show_readiness(const web_view& view)
{
    if (view.waiting_for.empty())
        return plain_reply(200, "trunkwarden is ready.");
    std::string accounts;
    for (const std::string& account : view.waiting_for)
        accounts += (accounts.empty() ? "" : ", ") + account;
    return plain_reply(503, "trunkwarden is not ready: no complete sweep yet of " + accounts + ".");
}

struct endpoint {
    std::string_view path;
    http_reply (*show)(const web_view&);
};

// All of it is read-only: every path answers GET and HEAD.
constexpr std::array<endpoint, 6> endpoints{{
    {"/", show_landing_page},
    {"/style.css", show_style_sheet},
    {"/metrics", show_metrics},
    {"/-/healthy", show_health},
    {"/healthz", show_health},  // the name Kubernetes' probes use
    {"/-/ready", show_readiness},
}};

// The path of a target in origin form (/metrics?x) or absolute form (http://host/metrics?x), RFC 9112 3.2.
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

http_reply answer(const http_query& query, const web_view& view)
{
    const std::string_view path = path_of(query.target);
    const auto* const found = std::find_if(endpoints.begin(), endpoints.end(),
                                           [path](const endpoint& one) { return one.path == path; });
    if (found == endpoints.end())
        return plain_reply(404, "There is no such page; / has links to those there are.");
    if (query.method != "GET" && query.method != "HEAD") {
        http_reply reply = plain_reply(405, "This page can only be read, with GET or HEAD.");
        reply.headers.emplace_back("Allow", "GET, HEAD");
        return reply;
    }
    return found->show(view);
}

}  // namespace

http_reply route(const http_query& query, const web_view& view)
{
    http_reply reply = answer(query, view);
    add_safety_headers(reply);
    return reply;
}

}  // namespace trunkwarden
