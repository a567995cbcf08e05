#include <fmt/format.h>

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
    return wrapped(200, *on.state.change(where.what->path, where.id, changes, on.state.key_owner()),
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

// A service account's tokens, which go off with it, have a list of their own.
std::optional<reply> switch_principal(api_context& on, const item_path& where)
{
    const std::string_view path = where.what->path;
    const bool is_key = path == "/iam/api_keys";
    if (!is_key && path != "/iam/service_accounts") {
        return std::nullopt;
    }
    if (where.rest == (is_key ? "/actions/deactivate" : "/actions/disable")) {
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
        if (const auto wrong = complain(*where.what, "", *body, start)) {
            return unprocessable(asked.path, wrong->field, wrong->detail);
        }
        on.state.change("/phone_numbers", where.id, {{"voicemail", kept(*where.what, *body, start, "")}},
                        on.state.key_owner());
    }
    return wrapped(200, on.state.voicemail_of(where.id), wrapping::data);
}

std::optional<json::object> connection_of(const api_context& on, std::string_view user_name)
{
    for (std::size_t place = 0; place < on.state.size("/credential_connections"); ++place) {
        json::object connection = on.state.at("/credential_connections", place);
        if (scalar_text(connection.at("user_name")) == user_name) {
            return connection;
        }
    }
    return std::nullopt;
}

std::optional<json::object> telephony_credential_of(const api_context& on, std::string_view user_name)
{
    for (std::size_t place = 0; place < on.state.size("/telephony_credentials"); ++place) {
        json::object credential = on.state.at("/telephony_credentials", place);
        if (scalar_text(credential.at("sip_username")) == user_name) {
            return credential;
        }
    }
    return std::nullopt;
}

// The owner of a registration: the connection, and the id under which the simulator keeps it.
struct registrant {
    std::string id;
    std::string connection_id;
    json::value name;
};

std::optional<registrant> registrant_of(const api_context& on, std::string_view type,
                                        std::string_view user_name)
{
    if (type == "sip_credential_connection") {
        if (const auto connection = connection_of(on, user_name)) {
            const std::string id = scalar_text(connection->at("id"));
            return registrant{id, id, connection->at("connection_name")};
        }
    } else if (const auto credential = telephony_credential_of(on, user_name)) {
        const std::string belongs_to = scalar_text(credential->at("resource_id"));
        return registrant{scalar_text(credential->at("id")), belongs_to.substr(belongs_to.find(':') + 1),
                          credential->at("name")};
    }
    return std::nullopt;
}

// Two holders of one password register in turn; the registrar knows the last one.
void take_turns(account& on, const std::string& id, const json::object& known)
{
    if (const json::value* other = known.if_contains("beside")) {
        const author nobody{.user_id = {}, .audited = false};
        on.change("/registrations", id, {{"ua_ip", *other}, {"beside", known.at("ua_ip")}}, nobody);
    }
}

// The registrar knows the last client to register with a user name. The answer is not wrapped.
reply registration_status(api_context& on, const request& asked)
{
    const std::string* name = asked.parameter("username");
    const std::string* type = asked.parameter("credential_type");
    if (name == nullptr || type == nullptr ||
        (*type != "sip_credential_connection" && *type != "telephony_credential")) {
        return unprocessable(asked.path, "username", "The required parameter username is missing.");
    }
    const auto who = registrant_of(on, *type, *name);
    if (!who) {
        return not_found();
    }
    const auto known = on.state.find("/registrations", who->id);
    json::object out{{"connection_id", who->connection_id},
                     {"connection_name", who->name},
                     {"credential_type", *type},
                     {"credential_username", *name},
                     {"last_registration_response", nullptr},
                     {"registered", known.has_value()},
                     {"sip_registration_status", known ? "registered" : "unknown"}};
    if (known) {
        out["sip_registration_details"] = {{"ua_ip", known->at("ua_ip")},
                                           {"ua_port", known->at("ua_port")},
                                           {"transport", known->at("transport")},
                                           {"expires", 1795899131},
                                           {"last_modified", "2026-11-28T21:40:02Z"}};
        take_turns(on.state, who->id, *known);
    }
    return json_reply(200, out);
}

// How an FQDN connection authenticates; one that nobody set up has empty members.
reply serve_fqdn_authentication(api_context& on, const item_path& where, const request& asked)
{
    constexpr std::string_view path = "/fqdn_authentication";
    const endpoint& what = *find_endpoint(path);
    json::object start = defaults_of(what);
    start["connection_id"] = where.id;
    if (asked.method == "GET") {
        return wrapped(200, on.state.find(path, where.id).value_or(start), wrapping::data);
    }
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (const auto wrong = complain(what, "", *body, start)) {
        return unprocessable(asked.path, wrong->field, wrong->detail);
    }
    if (!on.state.find(path, where.id)) {
        on.state.create(path, {{"connection_id", where.id}}, on.state.key_owner());
    }
    return wrapped(200, *on.state.change(path, where.id, kept(what, *body, start, ""), on.state.key_owner()),
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
    const std::string_view path = where.what->path;
    const auto known = on.state.find(path, where.id);
    const json::object number =
        known ? *known : on.state.create(path, {{"phone_number", where.id}}, on.state.key_owner());
    return wrapped(200, number, wrapping::data);
}

// The first page of the calls that run on a connection, without the connection: the API shows no more.
reply active_calls(const api_context& on, const std::string& connection, const request& asked)
{
    const std::string* const limit = asked.parameter("page[limit]");
    const std::size_t size = limit == nullptr ? 20 : std::stoul(*limit);
    json::array shown;
    std::size_t total = 0;
    for (std::size_t place = 0; place < on.state.size("/calls"); ++place) {
        json::object call = on.state.at("/calls", place);
        if (!call.at("is_alive").as_bool() || scalar_text(call.at("connection_id")) != connection) {
            continue;
        }
        ++total;
        call.erase("is_alive");
        call.erase("connection_id");
        if (shown.size() < size) {
            shown.push_back(std::move(call));
        }
    }
    return json_reply(
        200, json::object{{"data", std::move(shown)}, {"meta", json::object{{"total_items", total}}}});
}

std::optional<reply> on_get(const api_context& on, const item_path& where, const request& asked,
                            const json::object& object)
{
    if (where.what->path == "/connections" && where.rest == "/active_calls") {
        return active_calls(on, where.id, asked);
    }
    if (where.what->path == "/wireguard_peers" && where.rest == "/config") {
        return text_reply(200, "[Interface]\nPrivateKey = " + scalar_text(object.at("private_key")) + "\n",
                          "text/plain");
    }
    return std::nullopt;
}

std::optional<reply> on_post(api_context& on, const item_path& where, const request& asked,
                             const json::object& object)
{
    const std::string_view path = where.what->path;
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
    if (reads && asked.path == "/sip_registration_status") {
        return registration_status(on, asked);
    }
    return std::nullopt;
}

std::optional<reply> on_action(api_context& on, const item_path& where, const request& asked)
{
    if (where.what->path == "/verified_numbers" && where.rest == "/actions/verify" &&
        asked.method == "POST") {
        return verify_number(on, where, asked);
    }
    if (where.what->path == "/portouts" && where.id == "rejections" && asked.method == "GET") {
        return list_rejections(on, where.rest.substr(1));
    }
    const auto object = on.state.find(where.what->path, where.id);
    if (!object) {
        return not_found();
    }
    if (where.what->path == "/phone_numbers") {
        return on_number(on, where, asked);
    }
    const bool reads_or_changes = asked.method == "GET" || asked.method == "PATCH";
    if (where.what->path == "/fqdn_connections" && where.rest == "/fqdn_authentication" && reads_or_changes) {
        return serve_fqdn_authentication(on, where, asked);
    }
    if (asked.method == "GET") {
        return on_get(on, where, asked, *object);
    }
    const bool answers = where.rest == "/rejected-pending" || where.rest == "/authorized";
    if (where.what->path == "/portouts" && asked.method == "PATCH" && answers) {
        return answer_portout(on, where, asked);
    }
    return asked.method == "POST" ? on_post(on, where, asked, *object) : std::nullopt;
}

}  // namespace trunkwarden::simulator
