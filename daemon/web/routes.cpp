#include "web/routes.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>

#include "web/api.hpp"
#include "web/api_history.hpp"
#include "web/api_replies.hpp"
#include "web/page_assets.hpp"
#include "web/status_page.hpp"

namespace trunkwarden {

namespace {

constexpr std::string_view reload_path = "/-/reload";

http_reply show_status_page(const http_query& query, const web_view& view)
{
    const auto status = view.controls.status();
    const auto quarantine = view.controls.quarantine(action_selection{});
    return {.content_type = "text/html; charset=utf-8",
            .body = status_page({status, quarantine.value(), filter_in(query.target), view.now,
                                 view.controls.recent_events()})};
}

http_reply show_style_sheet(const http_query&, const web_view&)
{
    return {.content_type = "text/css; charset=utf-8", .body = std::string(style_sheet)};
}

http_reply show_script(const http_query&, const web_view&)
{
    return {.content_type = "text/javascript; charset=utf-8", .body = std::string(refresh_script)};
}

http_reply show_icon(const http_query&, const web_view&)
{
    return {.content_type = "image/svg+xml", .body = std::string(icon)};
}

http_reply show_metrics(const http_query&, const web_view& view)
{
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = view.metrics()};
}

http_reply show_health(const http_query&, const web_view&)
{
    return plain_reply(200, "trunkwarden is healthy.");
}

http_reply show_readiness(const http_query&, const web_view& view)
{
    if (view.waiting_for.empty())
        return plain_reply(200, "trunkwarden is ready.");
    std::string accounts;
    for (const std::string& account : view.waiting_for)
        accounts += (accounts.empty() ? "" : ", ") + account;
    return plain_reply(503, "trunkwarden is not ready: no complete sweep yet of " + accounts + ".");
}

// As Prometheus has it: POST or PUT, and only where the settings say so. The control socket needs no setting.
routed take_reload(const http_query& query, access_level access)
{
    if (query.method != "POST" && query.method != "PUT")
        return wrong_method(plain_reply(405, "This can only be asked for, with POST or PUT."), "POST, PUT");
    if (access == access_level::read_only)
        return plain_reply(
            403,
            "Reloading over TCP is switched off: set web.enable_lifecycle in the settings, or use "
            "\"trunkwarden reload\" or SIGHUP.");
    return reload_request{};
}

struct endpoint {
    std::string_view path;
    http_reply (*show)(const http_query&, const web_view&);
};

// These can only be read: every path answers GET and HEAD.
constexpr std::array<endpoint, 8> endpoints{{
    {"/", show_status_page},
    {"/style.css", show_style_sheet},
    {"/refresh.js", show_script},
    {"/icon.svg", show_icon},
    {"/metrics", show_metrics},
    {"/-/healthy", show_health},
    {"/healthz", show_health},  // the name Kubernetes' probes use
    {"/-/ready", show_readiness},
}};

routed find_route(const http_query& query, const web_view& view)
{
    const std::string_view path = path_of(query.target);
    if (is_api(path))
        return answer_api(query, view);
    if (path == reload_path)
        return take_reload(query, view.access);
    const auto* const found =
        std::find_if(endpoints.begin(), endpoints.end(),
                     [path](const endpoint& endpoint) { return endpoint.path == path; });
    if (found == endpoints.end())
        return plain_reply(404, "There is no such page; / has links to those there are.");
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(plain_reply(405, "This page can only be read, with GET or HEAD."), "GET, HEAD");
    return found->show(query, view);
}

}  // namespace

routed route(const http_query& query, const web_view& view)
{
    auto out = find_route(query, view);
    if (auto* reply = std::get_if<http_reply>(&out))
        add_safety_headers(*reply);
    return out;
}

http_reply reload_reply(const result<std::string>& outcome)
{
    auto out = outcome ? plain_reply(200, *outcome) : plain_reply(500, outcome.error().message);
    add_safety_headers(out);
    return out;
}

http_reply history_reply(const result<history_page>& outcome, time_point now)
{
    auto out = answer_history(outcome, now);
    add_safety_headers(out);
    return out;
}

http_reply order_reply(const result<quarantine_outcome>& outcome)
{
    auto out = answer_order(outcome);
    add_safety_headers(out);
    return out;
}

}  // namespace trunkwarden
