#include <algorithm>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"
#include "simulator/validate.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

reply users_report(const api_context& on)
{
    json::array users;
    for (std::size_t place = 0; place < on.state.size("/organizations/users"); ++place) {
        users.push_back(on.state.at("/organizations/users", place));
    }
    return json_reply(200, json::object{{"data", std::move(users)}});
}

reply change_single(api_context& on, const request& asked)
{
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    const json::object& now = on.state.single(asked.path);
    const endpoint plain{.path = asked.path};
    if (const auto wrong = complain(plain, "", *body, now)) {
        return unprocessable(asked.path, wrong->field, wrong->detail);
    }
    const json::object changes = kept(plain, *body, now, "");
    return wrapped(200, on.state.change_single(asked.path, changes, on.state.key_owner()), wrapping::data);
}

reply changed(api_context& on, const item_path& where, const json::object& changes)
{
    return wrapped(200, *on.state.change(where.found->path, where.id, changes, on.state.key_owner()),
                   wrapping::data);
}

// A disabled managed account stays on the list; the API has no field that says so.
reply switch_managed_account(api_context& on, const item_path& where, const request& asked)
{
    if (!asked.body.empty() && !body_of(asked)) {
        return body_of(asked).error();
    }
    return changed(on, where, {{"disabled_by_manager", where.rest == "/actions/disable"}});
}

constexpr std::string_view tokens_path = "/service_account_tokens";

std::vector<json::object> tokens_of(const api_context& on, std::string_view account)
{
    std::vector<json::object> out;
    for (std::size_t place = 0; place < on.state.size(tokens_path); ++place) {
        json::object token = on.state.at(tokens_path, place);
        if (scalar_text(token.at("service_account_id")) == account) {
            out.push_back(std::move(token));
        }
    }
    return out;
}

// The path alone says which service account they are of.
reply list_tokens(const api_context& on, const item_path& where, const request& asked)
{
    const endpoint& endpoint = *find_endpoint(tokens_path);
    const auto page = paging(asked, endpoint.default_size, endpoint.max_size);
    if (!page) {
        return page.error();
    }
    const auto all = tokens_of(on, where.id);
    json::array shown;
    for (std::size_t place = (page->number - 1) * page->size;
         place < std::min(page->number * page->size, all.size()); ++place) {
        json::object token = all[place];
        token.erase("service_account_id");
        shown.emplace_back(std::move(token));
    }
    return json_reply(200, json::object{{"data", std::move(shown)}, {"meta", meta_of(*page, all.size())}});
}

// "/tokens/{id}/actions/activate": a token of a service account that is off cannot be switched on.
std::optional<reply> switch_token(api_context& on, const item_path& where, const json::object& account)
{
    constexpr std::string_view begin = "/tokens/";
    const auto end = where.rest.find("/actions/");
    if (!where.rest.starts_with(begin) || end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string id(where.rest.substr(begin.size(), end - begin.size()));
    const auto action = where.rest.substr(end + std::string_view("/actions/").size());
    const auto token = on.state.find(tokens_path, id);
    const bool is_known = action == "activate" || action == "deactivate";
    if (!is_known || !token || scalar_text(token->at("service_account_id")) != where.id) {
        return not_found();
    }
    if (action == "activate" && scalar_text(account.at("status")) != "active") {
        return unprocessable(where.rest, "status", "The service account is not active.");
    }
    const std::string_view status = action == "activate" ? "active" : "inactive";
    json::object shown = *on.state.change(tokens_path, id, {{"status", status}}, on.state.key_owner());
    shown.erase("service_account_id");
    return wrapped(200, shown, wrapping::data);
}

bool has_expired(const api_context& on, const item_path& where)
{
    const auto key = on.state.find(where.found->path, where.id);
    const auto* until = key ? key->if_contains("expires_at") : nullptr;
    if (until == nullptr || !until->is_string()) {
        return false;
    }
    const auto seconds = std::chrono::system_clock::to_time_t(on.state.now());
    return scalar_text(*until) <= fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
}

// A service account's tokens go off with it, and do not come back with it.
std::optional<reply> switch_principal(api_context& on, const item_path& where)
{
    const std::string_view path = where.found->path;
    const bool is_key = path == "/iam/api_keys";
    if (!is_key && path != "/iam/service_accounts") {
        return std::nullopt;
    }
    if (where.rest == (is_key ? "/actions/deactivate" : "/actions/disable")) {
        if (is_key && has_expired(on, where)) {
            return unprocessable(where.rest, "status", "The API key has expired.");
        }
        for (const json::object& token : is_key ? std::vector<json::object>{} : tokens_of(on, where.id)) {
            on.state.change(tokens_path, scalar_text(token.at("id")), {{"status", "inactive"}},
                            on.state.key_owner());
        }
        return changed(on, where, {{"status", "inactive"}});
    }
    if (where.rest == (is_key ? "/actions/activate" : "/actions/enable")) {
        return changed(on, where, {{"status", "active"}});
    }
    return std::nullopt;
}

// The codes by which a port-out may be rejected.
reply list_rejections(api_context& on, std::string_view id)
{
    if (!on.state.find("/portouts", std::string(id))) {
        return not_found();
    }
    json::array codes;
    codes.push_back(json::object{{"code", 1001}, {"description", "Other"}, {"reason_required", true}});
    codes.push_back(json::object{{"code", 1002}, {"description", "Invalid PIN"}, {"reason_required", false}});
    return json_reply(200, json::object{{"data", std::move(codes)}});
}

reply answer_portout(api_context& on, const item_path& where, const request& asked)
{
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    const json::value* reason = body->if_contains("reason");
    if (reason == nullptr || !reason->is_string()) {
        return unprocessable(asked.path, "reason", "The required parameter reason is missing.");
    }
    const std::string status(where.rest.substr(1));
    const json::value* code = body->if_contains("rejection_code");
    return changed(on, where,
                   {{"status", status},
                    {"reason", *reason},
                    {"rejection_code", code == nullptr ? json::value(0) : *code}});
}

reply registration(const json::object& connection)
{
    return wrapped(200,
                   {{"record_type", "registration_status"},
                    {"sip_username", connection.at("user_name")},
                    {"status", "Registered"},
                    {"ip_address", "203.0.113.20"},
                    {"port", 5060},
                    {"transport", "UDP"},
                    {"user_agent", "ExamplePBX 4.2"},
                    {"last_registration", "2026-11-22T08:00:00Z"}},
                   wrapping::data);
}

reply voicemail(api_context& on, const item_path& where, const request& asked)
{
    const json::object start{{"enabled", false}, {"pin", ""}};
    if (asked.method != "GET") {
        const auto body = body_of(asked);
        if (!body) {
            return body.error();
        }
        if (const auto wrong = complain(*where.found, "", *body, start)) {
            return unprocessable(asked.path, wrong->field, wrong->detail);
        }
        on.state.change("/phone_numbers", where.id, {{"voicemail", kept(*where.found, *body, start, "")}},
                        on.state.key_owner());
    }
    return wrapped(200, on.state.voicemail_of(where.id), wrapping::data);
}

// The numbers of connections by kind. Those of Microsoft Teams are FQDN connections here; of kinds that no
// list shows the account has none.
reply count_connections(const api_context& on)
{
    json::object counts{{"operator_connect_connections", 0},
                        {"microsoft_teams_sbc_connections", 0},
                        {"third_party_provider_connections", 0},
                        {"zoom_sbc_connections", 0},
                        {"mobile_voice_connections", on.state.size("/v2/mobile_voice_connections")}};
    for (const std::string_view path : connection_paths()) {
        const std::string_view name = path.substr(path.rfind('/') + 1);
        counts[name == "fax_applications" ? "fax_connections" : name] = on.state.size(path);
    }
    const json::object limits{{"standard_limit", 500}, {"texml_limit", 500}, {"uac_limit", 500}};
    return wrapped(200, {{"counts", std::move(counts)}, {"limits", limits}}, wrapping::data);
}

// An object that others have exactly once, at `path` below them: how an FQDN connection authenticates, or the
// settings of a WhatsApp account. One that nobody set up shows the defaults.
reply serve_part(api_context& on, std::string_view path, const item_path& where, const request& asked)
{
    const endpoint& endpoint = *find_endpoint(path);
    json::object start = defaults_of(endpoint);
    start[endpoint.id_field] = where.id;
    if (asked.method == "GET") {
        return wrapped(200, on.state.find(path, where.id).value_or(start), wrapping::data);
    }
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (const auto wrong = complain(endpoint, "", *body, start)) {
        return unprocessable(asked.path, wrong->field, wrong->detail);
    }
    if (!on.state.find(path, where.id)) {
        on.state.create(path, {{endpoint.id_field, where.id}}, on.state.key_owner());
    }
    return wrapped(200,
                   *on.state.change(path, where.id, kept(endpoint, *body, start, ""), on.state.key_owner()),
                   wrapping::data);
}

std::optional<reply> on_number(api_context& on, const item_path& where, const request& asked)
{
    if (where.rest == "/voice" || where.rest == "/messaging") {
        return on_number_face(on, where.rest.substr(1), where.id, asked);
    }
    if (where.rest == "/voicemail") {
        return voicemail(on, where, asked);
    }
    return std::nullopt;
}

reply verify_number(api_context& on, const item_path& where, const request& asked)
{
    const auto body = body_of(asked);
    if (!body || !body->contains("verification_code")) {
        return unprocessable(asked.path, "verification_code",
                             "The required parameter verification_code is missing.");
    }
    const std::string_view path = where.found->path;
    const auto known = on.state.find(path, where.id);
    const json::object number =
        known ? *known : on.state.create(path, {{"phone_number", where.id}}, on.state.key_owner());
    return wrapped(200, number, wrapping::data);
}

std::optional<reply> on_get(const api_context& on, const item_path& where, const request& asked,
                            const json::object& object)
{
    if (where.found->path == "/connections" && where.rest == "/active_calls") {
        return active_calls(on, where.id, asked);
    }
    if (where.found->path == "/wireguard_peers" && where.rest == "/config") {
        return text_reply(200, "[Interface]\nPrivateKey = " + scalar_text(object.at("private_key")) + "\n",
                          "text/plain");
    }
    return std::nullopt;
}

std::optional<reply> on_post(api_context& on, const item_path& where, const request& asked,
                             const json::object& object)
{
    const std::string_view path = where.found->path;
    // Telnyx took the one of UAC connections away.
    if (where.rest == "/actions/check_registration_status" && path == "/uac_connections") {
        return error_reply(410, "10004", "Gone", "This action is not there any more.");
    }
    if (where.rest == "/actions/check_registration_status" && object.contains("user_name")) {
        return registration(object);
    }
    if (where.rest == "/actions/regenerate_secret" && path == "/messaging_profiles") {
        return changed(on, where, {{"v1_secret", on.state.new_secret()}});
    }
    if (where.rest == "/actions/remove" && path == "/organizations/users") {
        return wrapped(200, *on.state.remove(path, where.id, on.state.key_owner()), wrapping::data);
    }
    if (path == "/managed_accounts" &&
        (where.rest == "/actions/disable" || where.rest == "/actions/enable")) {
        return switch_managed_account(on, where, asked);
    }
    if (path == "/calls" && where.rest == "/actions/hangup") {
        on.state.change(path, where.id, {{"is_alive", false}}, on.state.key_owner());
        return wrapped(200, {{"result", "ok"}}, wrapping::data);
    }
    if (auto switched = switch_principal(on, where)) {
        return switched;
    }
    if (auto switched = path == "/iam/service_accounts" ? switch_token(on, where, object) : std::nullopt) {
        return switched;
    }
    if (where.rest == "/token" && path == "/telephony_credentials") {
        return text_reply(201, "eyJhbGciOiJIUzUxMiJ9." + on.state.new_secret() + ".c2ln", "text/plain");
    }
    return std::nullopt;
}

}  // namespace

std::optional<reply> on_single(api_context& on, const request& asked)
{
    const bool reads = asked.method == "GET";
    if (asked.path == "/organizations/users/users_groups_report" && reads) {
        return users_report(on);
    }
    const bool is_changeable = asked.path == "/payment/auto_recharge_prefs" || asked.path == "/iam/settings";
    if (is_changeable && asked.method == "PATCH") {
        return change_single(on, asked);
    }
    if (reads && asked.path == "/whoami") {
        return wrapped(200, on.state.whoami(), wrapping::data);
    }
    if (reads && asked.path == "/balance") {
        on.state.charge_use();
    }
    if (reads && (asked.path == "/balance" || is_changeable)) {
        return wrapped(200, on.state.single(asked.path), wrapping::data);
    }
    if (reads && asked.path == "/iam/access_logs") {
        return list_access_log(on, asked);
    }
    if (reads && asked.path == "/connections/count") {
        return count_connections(on);
    }
    if (reads && asked.path == "/sip_registration_status") {
        return registration_status(on, asked);
    }
    return std::nullopt;
}

std::optional<reply> on_action(api_context& on, const item_path& where, const request& asked)
{
    if (where.found->path == "/verified_numbers" && where.rest == "/actions/verify" &&
        asked.method == "POST") {
        return verify_number(on, where, asked);
    }
    if (where.found->path == "/portouts" && where.id == "rejections" && asked.method == "GET") {
        return list_rejections(on, where.rest.substr(1));
    }
    const auto object = on.state.find(where.found->path, where.id);
    if (!object) {
        return not_found();
    }
    if (where.found->path == "/phone_numbers") {
        return on_number(on, where, asked);
    }
    const bool reads_or_changes = asked.method == "GET" || asked.method == "PATCH";
    if (where.found->path == "/fqdn_connections" && where.rest == "/fqdn_authentication" &&
        reads_or_changes) {
        return serve_part(on, "/fqdn_authentication", where, asked);
    }
    if (where.found->path == "/whatsapp/business_accounts" && where.rest == "/settings" && reads_or_changes) {
        return serve_part(on, "/whatsapp_settings", where, asked);
    }
    if (where.found->path == "/iam/service_accounts" && where.rest == "/tokens" && asked.method == "GET") {
        return list_tokens(on, where, asked);
    }
    if (asked.method == "GET") {
        return on_get(on, where, asked, *object);
    }
    const bool answers = where.rest == "/rejected-pending" || where.rest == "/authorized";
    if (where.found->path == "/portouts" && asked.method == "PATCH" && answers) {
        return answer_portout(on, where, asked);
    }
    return asked.method == "POST" ? on_post(on, where, asked, *object) : std::nullopt;
}

}  // namespace trunkwarden::simulator
