#include "web/api_history.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "findings/watch_cause.hpp"
#include "status/history_json.hpp"
#include "support/hex_id.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"
#include "support/yaml/quoted_text.hpp"
#include "web/api_replies.hpp"
#include "web/api_requests.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

bool is_resource(std::string_view name)
{
    return find_watch_cause(name) != nullptr || find_resource(name) != nullptr;
}

// Each takes one parameter over, and fails when it is not understood.

result<void> take_since(history_selection& to, const std::string& value)
{
    to.since = parse_time(value);
    if (!to.since)
        return bad_usage("\"since\" must be a time such as 2026-12-01T08:00:00Z (RFC 3339)");
    return {};
}

result<void> take_account(history_selection& to, const std::string& value)
{
    to.account = value;
    return {};
}

result<void> take_resource(history_selection& to, const std::string& value)
{
    if (!is_resource(value))
        return bad_usage("there is no resource {}", quoted_text(value));
    to.resource = value;
    return {};
}

result<void> take_incident(history_selection& to, const std::string& value)
{
    if (!is_id(value, "i-", 6))
        return bad_usage("\"incident\" must be \"i-\" and at least 6 hex digits of the id");
    to.incident = value;
    return {};
}

result<void> take_finding(history_selection& to, const std::string& value)
{
    if (!is_id(value, "f-"))
        return bad_usage("\"finding\" must be \"f-\" and 12 hex digits");
    to.finding = value;
    return {};
}

result<void> take_limit(history_selection& to, const std::string& value)
{
    const auto most = limit_in(value);
    if (!most)
        return most.error();
    to.most = *most;
    return {};
}

result<void> take_before(history_selection& to, const std::string& value)
{
    to.before = value;
    return {};
}

struct history_parameter {
    std::string_view key;
    result<void> (*take)(history_selection&, const std::string&);
};

constexpr std::array<history_parameter, 7> history_parameters{{
    {"since", take_since},
    {"account", take_account},
    {"resource", take_resource},
    {"incident", take_incident},
    {"finding", take_finding},
    {"limit", take_limit},
    {"before", take_before},
}};

result<history_selection> history_selection_in(std::string_view target)
{
    history_selection out;
    const auto parsed = boost::urls::parse_uri_reference(target);
    if (!parsed)
        return bad_usage("the query cannot be read");
    for (const auto& given : parsed->params()) {
        const auto* const found = std::ranges::find(history_parameters, given.key, &history_parameter::key);
        if (found == history_parameters.end())
            return bad_usage(
                "{} is not known here; there are since, account, resource, incident, finding, limit and before",
                quoted_text(given.key));
        if (const auto read = found->take(out, given.value); !read)
            return read.error();
    }
    return out;
}

// A text of the body that may be missing.
result<std::string> short_text_in(const json::object& body, std::string_view name)
{
    constexpr std::size_t longest = 1000;
    const auto* const found = body.if_contains(view(name));
    if (found == nullptr || found->is_null())
        return std::string();
    if (!found->is_string() || found->get_string().size() > longest)
        return bad_usage("\"{}\" must be a text of up to {} bytes", name, longest);
    return std::string(found->get_string().data(), found->get_string().size());
}

// The names of fields in "change".
result<std::set<std::string>> fields_in(const json::object& change)
{
    constexpr std::size_t most = 200;
    constexpr std::size_t longest = 200;
    std::set<std::string> out;
    const auto* const found = change.if_contains("fields");
    if (found == nullptr)
        return out;
    const auto* const list = found->if_array();
    if (list == nullptr || list->size() > most)
        return bad_usage("\"fields\" must be a list of up to {} names", most);
    for (const auto& name : *list) {
        if (!name.is_string() || name.get_string().size() > longest)
            return bad_usage("\"fields\" must be a list of names");
        out.emplace(name.get_string().data(), name.get_string().size());
    }
    return out;
}

// The object that lockdown changes, as it says: the daemon reads whether it is so.
result<own_change> change_in(const json::value& written, const std::string& resource)
{
    constexpr std::array<std::string_view, 8> known{"stage",       "object_id",  "user_id", "left",
                                                    "date_before", "date_after", "secret",  "fields"};
    const auto change = object_in(json::serialize(written), known);
    if (!change)
        return change.error();
    own_change out;
    const auto stage = value_named<own_change::stage>(string_at(*change, "stage"));
    if (!stage)
        return bad_usage("\"stage\" must be sending, done or over");
    out.now = *stage;
    out.resource = resource;
    for (const auto& [name, to] :
         {std::pair("object_id", &out.object_id), std::pair("user_id", &out.user_id),
          std::pair("left", &out.left), std::pair("date_before", &out.date_before),
          std::pair("date_after", &out.date_after), std::pair("secret", &out.secret)}) {
        auto text = short_text_in(*change, name);
        if (!text)
            return text.error();
        *to = *std::move(text);
    }
    auto fields = fields_in(*change);
    if (!fields)
        return fields.error();
    out.fields = *std::move(fields);
    if (out.object_id.empty() || out.resource.empty())
        return bad_usage("a \"change\" needs \"object_id\", and \"resource\" beside it");
    return out;
}

struct told_act {
    history_event event;
    std::optional<own_change> change;
    bool is_announcement() const { return change && change->now == own_change::stage::sending; }
};

// A step of a lockdown; with a finding, that the baseline was made to trust it.
result<told_act> act_in(const http_query& query, const web_view& view)
{
    constexpr std::array<std::string_view, 5> known{"account", "resource", "finding", "sentence", "change"};
    const auto body = object_in(query.body, known);
    if (!body)
        return body.error();
    told_act told;
    auto& out = told.event;
    out = {.at = view.now, .kind = history_kind::lockdown, .by = view.by};
    for (const auto& [name, to] :
         {std::pair("account", &out.account), std::pair("resource", &out.resource),
          std::pair("finding", &out.finding), std::pair("sentence", &out.sentence)}) {
        auto text = short_text_in(*body, name);
        if (!text)
            return text.error();
        *to = *std::move(text);
    }
    if (const auto* const written = body->if_contains("change")) {
        auto change = change_in(*written, out.resource);
        if (!change)
            return change.error();
        told.change = *std::move(change);
    }
    if (out.account.empty() || (out.sentence.empty() && !told.is_announcement()))
        return bad_usage("\"account\" and \"sentence\" must be there, as texts");
    if (!out.resource.empty() && !is_resource(out.resource))
        return bad_usage("there is no resource {}", quoted_text(out.resource));
    if (!out.finding.empty() && !is_id(out.finding, "f-"))
        return bad_usage("{} is not the id of a finding", quoted_text(out.finding));
    if (!out.finding.empty())
        out.kind = history_kind::accepted;
    return told;
}

bool is_watched(const std::string& account, const web_view& view)
{
    const auto status = view.controls.status();
    return std::ranges::find(status.accounts, account, &account_status::name) != status.accounts.end();
}

http_reply add_act(const http_query& query, const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405,
                      "The history can only be read here, with GET or HEAD: only trunkwarden lockdown "
                      "and baseline accept add to it, over the control socket."),
            "GET, HEAD");
    auto step = act_in(query, view);
    if (!step)
        return reply_to(step.error());
    const auto account = step->event.account;
    if (!is_watched(account, view))
        return api_error(400, fmt::format("there is no account {} here", quoted_text(account)));
    const bool is_a_step = !step->is_announcement();
    if (step->change)
        view.controls.take_own_change(account, *std::move(step->change));
    if (is_a_step)
        view.controls.record(std::move(step->event));
    return success(nullptr);
}

}  // namespace

routed route_history(const http_query& query, const web_view& view)
{
    if (query.method == "POST")
        return add_act(query, view);
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(api_error(405, "The history can only be read, with GET or HEAD."),
                            view.access == access_level::admin ? "GET, HEAD, POST" : "GET, HEAD");
    auto chosen = history_selection_in(query.target);
    if (!chosen)
        return reply_to(chosen.error());
    return *std::move(chosen);
}

http_reply answer_history(const result<history_page>& outcome, time_point now)
{
    if (!outcome)
        return outcome.error().kind == errc::timed_out ? api_error(503, outcome.error().message)
                                                       : reply_to(outcome.error());
    return success(history_json(*outcome, now));
}

}  // namespace trunkwarden
