#include "web/api.hpp"

#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "findings/finding_json.hpp"
#include "findings/finding_state.hpp"
#include "status/action_json.hpp"
#include "status/dead_letter_json.hpp"
#include "status/status_json.hpp"
#include "support/hex_id.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"
#include "web/api_history.hpp"
#include "web/api_records.hpp"
#include "web/api_replies.hpp"
#include "web/api_requests.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// ?limit=200&after=a-5d20c1000000
result<action_selection> selection_in(std::string_view target)
{
    action_selection out;
    const auto parsed = boost::urls::parse_uri_reference(target);
    if (!parsed)
        return out;
    for (const auto& given : parsed->params()) {
        if (given.key == "after") {
            if (!is_id(given.value, "a-"))
                return bad_usage("\"after\" must be an action's id: \"a-\" and 12 hex digits");
            out.after = given.value;
        } else if (given.key == "limit") {
            const auto most = limit_in(given.value);
            if (!most)
                return most.error();
            out.most = *most;
        }
    }
    return out;
}

http_reply show_findings(const http_query&, const web_view& view)
{
    return success(findings_json(view.controls.status()));
}

http_reply show_coverage(const http_query&, const web_view& view)
{
    return success(coverage_json(view.controls.status()));
}

http_reply show_status(const http_query&, const web_view& view)
{
    return success(status_json(view.controls.status(), view.now));
}

http_reply show_actions(const http_query& query, const web_view& view)
{
    const auto chosen = selection_in(query.target);
    if (!chosen)
        return reply_to(chosen.error());
    const auto report = view.controls.quarantine(*chosen);
    return report ? success(quarantine_json(*report)) : reply_to(report.error());
}

http_reply show_dead_letters(const http_query&, const web_view& view)
{
    return success(dead_letters_json(view.controls.dead_letters(), view.now));
}

struct readable {
    std::string_view path;
    http_reply (*show)(const http_query&, const web_view&);
};

constexpr std::array<readable, 5> everything_readable{{
    {"/api/v1/findings", show_findings},
    {"/api/v1/coverage", show_coverage},
    {"/api/v1/status", show_status},
    {"/api/v1/actions", show_actions},
    {"/api/v1/alerts/dead", show_dead_letters},
}};

struct acknowledging {
    std::string state;  // "": none is named
    std::string reason;
    std::optional<time_point> until;
};

result<std::string> reason_in(const json::value* written)
{
    constexpr std::size_t longest = 1000;
    if (written == nullptr || !written->is_string())
        return bad_usage("\"reason\" must be there, as a text: why is this finding acknowledged?");
    const auto& text = written->get_string();
    if (text.find_first_not_of(" \t\r\n") == json::string::npos)
        return bad_usage("\"reason\" is empty: why is this finding acknowledged?");
    if (text.size() > longest)
        return bad_usage("\"reason\" is longer than 1000 bytes");
    return std::string(text.data(), text.size());
}

result<std::optional<time_point>> until_in(const json::value* written, time_point now)
{
    if (written == nullptr || written->is_null())
        return std::optional<time_point>();
    const auto at = written->is_string() ? parse_time(std::string_view(written->get_string()))
                                         : std::optional<time_point>();
    if (!at)
        return bad_usage("\"until\" must be null or a time such as \"2026-12-01T08:00:00Z\" (RFC 3339)");
    if (*at <= now)
        return bad_usage("\"until\" is in the past");
    return at;
}

// The state of the finding that the person looked at; "" when none is named.
result<std::string> state_in(const json::value* written)
{
    if (written == nullptr || written->is_null())
        return std::string();
    if (!written->is_string() || !is_state(std::string_view(written->get_string())))
        return bad_usage("\"state\" must be null or 4 hex digits, as the finding shows them in \"state\"");
    return std::string(written->get_string());
}

result<acknowledging> acknowledging_in(const std::string& body, time_point now)
{
    constexpr std::array<std::string_view, 3> known{"state", "reason", "until"};
    const auto written = object_in(body, known);
    if (!written)
        return written.error();
    auto state = state_in(written->if_contains("state"));
    if (!state)
        return state.error();
    auto reason = reason_in(written->if_contains("reason"));
    if (!reason)
        return reason.error();
    const auto until = until_in(written->if_contains("until"), now);
    if (!until)
        return until.error();
    return acknowledging{std::move(*state), std::move(*reason), *until};
}

http_reply tell(const result<finding>& outcome, const web_view& view)
{
    return outcome ? success(to_json(*outcome, view.links)) : reply_to(outcome.error());
}

http_reply acknowledge(const std::string& id, const http_query& query, const web_view& view)
{
    const auto asked = acknowledging_in(query.body, view.now);
    if (!asked)
        return reply_to(asked.error());
    return tell(view.controls.acknowledge(id, asked->state, {asked->reason, view.now, asked->until, view.by}),
                view);
}

http_reply unacknowledge(const std::string& id, const http_query& query, const web_view& view)
{
    if (!query.body.empty())
        if (const auto nothing = object_in(query.body, {}); !nothing)
            return reply_to(nothing.error());
    return tell(view.controls.unacknowledge(id, view.by), view);
}

http_reply accept_secrets(const std::string& id, const http_query& query, const web_view& view)
{
    constexpr std::array<std::string_view, 1> known{"state"};
    const auto written = object_in(query.body, known);
    if (!written)
        return reply_to(written.error());
    const auto state = state_in(written->if_contains("state"));
    if (!state)
        return reply_to(state.error());
    if (state->empty())
        return api_error(400, "\"state\" must be there: which state of the finding was looked at?");
    return tell(view.controls.accept_secrets(id, *state, view.by), view);
}

using change = http_reply (*)(const std::string& id, const http_query&, const web_view&);

http_reply answer_change(change make, std::string_view id, const http_query& query, const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405,
                      "This can be asked over the control socket only: trunkwarden ack, trunkwarden unack, "
                      "trunkwarden baseline accept."),
            "");
    if (query.method != "POST")
        return wrong_method(api_error(405, "This can only be asked for, with POST."), "POST");
    if (!is_id(id, "f-"))
        return api_error(404, "that is no finding's id: they are \"f-\" and 12 hex digits");
    return make(std::string(id), query, view);
}

http_reply show_explanation(std::string_view id, const http_query& query, const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405, "This can be asked over the control socket only: trunkwarden explain."), "");
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(api_error(405, "This can only be read, with GET or HEAD."), "GET, HEAD");
    if (!is_id(id, "f-"))
        return api_error(404, "that is no finding's id: they are \"f-\" and 12 hex digits");
    const auto told = view.explain(std::string(id));
    return told ? success(to_json(*told)) : reply_to(told.error());
}

constexpr std::string_view actions_path = "/api/v1/actions/";
constexpr std::string_view quarantine_path = "/api/v1/quarantine/";

bool is_about_all(quarantine_order::verb order)
{
    return order == quarantine_order::verb::freeze || order == quarantine_order::verb::thaw;
}

// 32 hex digits, as random_id() makes them.
bool is_delivery_id(std::string_view text)
{
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

enum class letter_order : std::uint8_t { resend, forget };

http_reply carry_out(letter_order order, const std::string& which, const web_view& view)
{
    if (order == letter_order::resend) {
        const auto outcome = view.controls.resend(which);
        return outcome ? success(resent_json(*outcome)) : reply_to(outcome.error());
    }
    const auto forgotten = view.controls.forget_dead(which, view.by);
    if (!forgotten)
        return reply_to(forgotten.error());
    boost::json::object out;
    out["forgotten"] = *forgotten;
    return success(std::move(out));
}

// `which` is "": all.
http_reply take_letter_order(letter_order order, std::string_view which, const http_query& query,
                             const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405, "This can be asked over the control socket only: trunkwarden alerts dead."), "");
    if (query.method != "POST")
        return wrong_method(api_error(405, "This can only be asked for, with POST."), "POST");
    if (!which.empty() && !is_delivery_id(which))
        return api_error(404, "that is no delivery_id: they are 32 hex digits");
    if (!query.body.empty())
        if (const auto nothing = object_in(query.body, {}); !nothing)
            return reply_to(nothing.error());
    return carry_out(order, std::string(which), view);
}

// The reply to an order about dead letters; nothing when the path is another one.
std::optional<http_reply> answer_dead_letters(std::string_view path, const http_query& query,
                                              const web_view& view)
{
    constexpr std::string_view before = "/api/v1/alerts/dead/";
    constexpr std::array<std::pair<std::string_view, letter_order>, 2> verbs{
        {{"resend", letter_order::resend}, {"forget", letter_order::forget}}};
    if (!path.starts_with(before))
        return std::nullopt;
    const auto found =
        std::ranges::find_if(verbs, [path](const auto& verb) { return path.ends_with(verb.first); });
    if (found == verbs.end())
        return std::nullopt;
    auto which = path.substr(before.size());
    which.remove_suffix(std::min(found->first.size(), which.size()));
    if (which.empty())
        return take_letter_order(found->second, {}, query, view);
    if (which.size() == 1 || which.back() != '/')
        return std::nullopt;
    return take_letter_order(found->second, which.substr(0, which.size() - 1), query, view);
}

// The order that a path is for, without its reason. Nothing when it is another path.
std::optional<quarantine_order> order_of(std::string_view path)
{
    const bool of_all = path.starts_with(quarantine_path);
    if (!of_all && !path.starts_with(actions_path))
        return std::nullopt;
    const auto slash = path.rfind('/');
    const auto verb = value_named<quarantine_order::verb>(path.substr(slash + 1));
    if (!verb || is_about_all(*verb) != of_all)
        return std::nullopt;
    quarantine_order out{*verb, {}, {}, false};
    if (of_all)
        return slash + 1 == quarantine_path.size() ? std::optional(out) : std::nullopt;
    if (slash <= actions_path.size())
        return std::nullopt;
    out.id = path.substr(actions_path.size(), slash - actions_path.size());
    return out;
}

// Adds what the body of an order says.
result<void> read_order(const std::string& body, quarantine_order& order)
{
    constexpr std::array<std::string_view, 2> known{"reason", "while_frozen"};
    constexpr std::size_t longest = 1000;
    if (body.empty())
        return {};
    const auto written = object_in(body, known);
    if (!written)
        return written.error();
    if (const auto* reason = written->if_contains("reason"); reason != nullptr && !reason->is_null()) {
        if (!reason->is_string() || reason->get_string().size() > longest)
            return bad_usage("\"reason\" must be a text of up to 1000 bytes");
        order.reason.assign(reason->get_string().data(), reason->get_string().size());
    }
    if (const auto* also = written->if_contains("while_frozen"); also != nullptr && !also->is_null()) {
        if (!also->is_bool() || order.wanted != quarantine_order::verb::undo)
            return bad_usage("\"while_frozen\" must be true or false, and is for undo");
        order.while_frozen = also->get_bool();
    }
    return {};
}

// Why it cannot be asked for like this; nothing when it can.
std::optional<http_reply> objection_to(const quarantine_order& order, const http_query& query,
                                       access_level access)
{
    if (access != access_level::admin)
        return wrong_method(
            api_error(405,
                      "This can be asked over the control socket only: trunkwarden quarantine "
                      "approve, reject, undo, freeze and thaw."),
            "");
    if (query.method != "POST")
        return wrong_method(api_error(405, "This can only be asked for, with POST."), "POST");
    if (!is_about_all(order.wanted) && is_id(order.id, "f-"))
        return api_error(404, order.id +
                                  " is a finding; \"trunkwarden quarantine list\" shows what was planned "
                                  "about it, by ids that begin with \"a-\"");
    if (!is_about_all(order.wanted) && !is_id(order.id, "a-"))
        return api_error(404, "that is no action's id: they are \"a-\" and 12 hex digits");
    return std::nullopt;
}

// The order with its reason, or why it cannot be given like this.
routed take_order(quarantine_order order, const http_query& query, access_level access)
{
    if (auto wrong = objection_to(order, query, access))
        return std::move(*wrong);
    if (const auto read = read_order(query.body, order); !read)
        return reply_to(read.error());
    return order;
}

http_reply show_action(std::string_view id, const http_query& query, const web_view& view)
{
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(api_error(405, "This can only be read, with GET or HEAD."), "GET, HEAD");
    const auto found = view.controls.find_action(id);
    if (!found)
        return api_error(404, "there is no such action; \"trunkwarden quarantine list\" shows them");
    return success(to_json(*found));
}

}  // namespace

http_reply answer_order(const result<quarantine_outcome>& outcome)
{
    return outcome ? success(outcome_json(*outcome)) : reply_to(outcome.error());
}

std::optional<http_reply> answer_finding(std::string_view path, const http_query& query, const web_view& view)
{
    constexpr std::string_view findings = "/api/v1/findings/";
    const auto slash = path.rfind('/');
    if (!path.starts_with(findings) || slash <= findings.size())
        return std::nullopt;
    const auto id = path.substr(findings.size(), slash - findings.size());
    const auto verb = path.substr(slash + 1);
    if (verb == "ack")
        return answer_change(acknowledge, id, query, view);
    if (verb == "unack")
        return answer_change(unacknowledge, id, query, view);
    if (verb == "accept-secrets")
        return answer_change(accept_secrets, id, query, view);
    if (verb == "explanation")
        return show_explanation(id, query, view);
    return std::nullopt;
}

routed answer_api(const http_query& query, const web_view& view)
{
    const auto path = path_of(query.target);
    const auto* const found = std::ranges::find(everything_readable, path, &readable::path);
    if (found != everything_readable.end()) {
        if (query.method != "GET" && query.method != "HEAD")
            return wrong_method(api_error(405, "This can only be read, with GET or HEAD."), "GET, HEAD");
        return found->show(query, view);
    }
    if (path == history_path)
        return route_history(query, view);
    if (path == records_path)
        return answer_records(query, view);
    if (auto reply = answer_finding(path, query, view))
        return std::move(*reply);
    if (auto reply = answer_dead_letters(path, query, view))
        return std::move(*reply);
    if (auto order = order_of(path))
        return take_order(std::move(*order), query, view.access);
    if (path.starts_with(actions_path) && path.find('/', actions_path.size()) == std::string_view::npos)
        return show_action(path.substr(actions_path.size()), query, view);
    return api_error(404,
                     "There is no such path; there are /api/v1/findings, /api/v1/coverage, /api/v1/status, "
                     "/api/v1/actions, /api/v1/history and /api/v1/alerts/dead.");
}

}  // namespace trunkwarden
