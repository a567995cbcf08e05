#include <algorithm>
#include <fmt/format.h>

#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"
#include "simulator/validate.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

reply gone(const endpoint& endpoint, const std::string& id, const json::object& removed)
{
    if (endpoint.deleted_status == 204) {
        return text_reply(204, "", "");
    }
    if (endpoint.path == "/ai/assistants") {
        return json_reply(200, json::object{{"id", id}, {"object", "assistant"}, {"deleted", true}});
    }
    if (endpoint.path != "/phone_numbers") {
        return wrapped(200, removed, endpoint.single);
    }
    json::object shown;  // the schema of a deleted number has no nulls
    for (const auto& [key, value] : removed) {
        if (!value.is_null()) {
            shown[key] = value;
        }
    }
    shown["status"] = "deleted";
    return wrapped(200, shown, endpoint.single);
}

void move_member(json::object& in, std::string_view from, std::string_view to)
{
    if (const json::value* value = in.if_contains(from)) {
        json::value moved = *value;
        in.erase(from);
        in[to] = std::move(moved);
    }
}

// Some lists take other names than they show.
void translate(const endpoint& endpoint, json::object& fields)
{
    if (endpoint.path == "/telephony_credentials") {
        if (const json::value* connection = fields.if_contains("connection_id")) {
            fields["resource_id"] = "connection:" + scalar_text(*connection);
        }
        fields.erase("connection_id");
    } else if (endpoint.path == "/managed_accounts") {
        move_member(fields, "business_name", "organization_name");
        fields.erase("password");
        if (!fields.contains("email")) {
            fields["email"] = "managed@example.com";
        }
    } else if (endpoint.path == "/fqdns" || endpoint.path == "/ips") {
        const json::value* port = fields.if_contains("port");
        if (port != nullptr && port->is_null()) {
            fields["port"] = 5060;
        }
    }
}

reply change_object(api_context& on, const item_path& where, const request& asked)
{
    const endpoint& endpoint = *where.found;
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (!on.state.find(endpoint.path, where.id)) {
        return not_found();
    }
    if (const auto wrong = complain(endpoint, endpoint.required_to_change, *body, defaults_of(endpoint))) {
        return unprocessable(endpoint.path, wrong->field, wrong->detail);
    }
    json::object changes = kept(endpoint, *body, defaults_of(endpoint), endpoint.fixed);
    translate(endpoint, changes);
    const auto changed = on.state.change(endpoint.path, where.id, changes, on.state.key_owner());
    return wrapped(200, *changed, endpoint.single);
}

unsigned verb_of(std::string_view method)
{
    constexpr std::pair<std::string_view, unsigned> known[] = {{"GET", verbs::get},
                                                               {"PATCH", verbs::patch},
                                                               {"PUT", verbs::put},
                                                               {"POST", verbs::post},
                                                               {"DELETE", verbs::del}};
    const auto* found = std::ranges::find(known, method, &std::pair<std::string_view, unsigned>::first);
    return found == std::end(known) ? verbs::none : found->second;
}

reply observe_object(const api_context& on, const item_path& where, const request& asked)
{
    auto found = on.state.find(where.found->path, where.id);
    const std::string* groups = asked.parameter("include_groups");
    if (found && where.found->path == "/organizations/users" && (groups == nullptr || *groups != "true")) {
        found->erase("groups");
    }
    return found ? wrapped(200, *found, where.found->single) : not_found();
}

}  // namespace

reply wrapped(unsigned status, const json::object& object, wrapping wrap)
{
    if (wrap == wrapping::bare) {
        return json_reply(status, object);
    }
    json::object data = object;
    json::object answer;
    if (wrap == wrapping::named) {
        for (const std::string_view name : {"connection_id", "record_type"}) {
            answer[name] = data.at(name);
            data.erase(name);
        }
    }
    answer["data"] = std::move(data);
    return json_reply(status, answer);
}

boost::system::result<json::object, reply> body_of(const request& asked)
{
    boost::system::error_code failed;
    json::value parsed = json::parse(asked.body, failed);
    if (failed || !parsed.is_object()) {
        return error_reply(400, "10015", "Bad Request", "The request failed because it was not well-formed.",
                           {{"pointer", "/"}});
    }
    return std::move(parsed.get_object());
}

reply unprocessable(std::string_view path, std::string_view field, std::string_view detail)
{
    if (path.starts_with("/ai/")) {
        json::array where;
        where.emplace_back("body");
        where.emplace_back(field);
        json::array details;
        details.push_back(json::object{{"loc", std::move(where)}, {"msg", detail}, {"type", "value_error"}});
        return json_reply(422, json::object{{"detail", std::move(details)}});
    }
    if (path == "/oauth_clients") {
        return json_reply(422, json::object{{"error", "invalid_request"}, {"error_description", detail}});
    }
    std::string pointer = "/" + std::string(field);
    std::ranges::replace(pointer, '.', '/');
    return error_reply(422, "10015", "Bad Request", detail, {{"pointer", pointer}});
}

reply create_object(api_context& on, const endpoint& endpoint, const request& asked)
{
    if (endpoint.undocumented) {
        return not_found();
    }
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (const auto wrong = complain(endpoint, endpoint.required_to_create, *body, defaults_of(endpoint))) {
        return unprocessable(endpoint.path, wrong->field, wrong->detail);
    }
    if (endpoint.path == "/verified_numbers") {  // the number is on the list once it has been verified
        return json_reply(200, json::object{{"phone_number", body->at("phone_number")},
                                            {"verification_method", body->at("verification_method")}});
    }
    json::object fields = kept(endpoint, *body, defaults_of(endpoint), "client_id client_secret");
    if (endpoint.path == "/managed_accounts") {
        for (const std::string_view given :
             {"balance", "api_key", "api_token", "api_user", "manager_account_id"}) {
            fields.erase(given);
        }
    }
    translate(endpoint, fields);
    const json::object created = on.state.create(endpoint.path, std::move(fields), on.state.key_owner());
    return wrapped(endpoint.created_status, created, endpoint.single);
}

reply on_object(api_context& on, const item_path& where, const request& asked)
{
    const endpoint& endpoint = *where.found;
    switch (verb_of(asked.method) & endpoint.item) {
        case verbs::get:
            return observe_object(on, where, asked);
        case verbs::patch:
        case verbs::put:
        case verbs::post:
            return change_object(on, where, asked);
        case verbs::del: {
            const auto removed = on.state.remove(endpoint.path, where.id, on.state.key_owner());
            return removed ? gone(endpoint, where.id, *removed) : not_found();
        }
        default:
            return not_found();
    }
}

reply on_number_face(api_context& on, std::string_view face, const std::string& id, const request& asked)
{
    const std::string path = "/phone_numbers/" + std::string(face);
    const endpoint& endpoint = *find_endpoint(path);
    auto found = on.state.find(path, id);
    if (!found) {
        return not_found();
    }
    if (asked.method == "GET") {
        return wrapped(200, *found, wrapping::data);
    }
    if (asked.method != "PATCH") {
        return not_found();
    }
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    json::object like = *found;
    like["tags"] = json::array{};
    like["caller_id_name_enabled"] = false;
    if (const auto wrong = complain(endpoint, "", *body, like)) {
        return unprocessable(path, wrong->field, wrong->detail);
    }
    json::object changes =
        kept(endpoint, *body, like, "phone_number connection_id emergency type health features");
    // "" takes the number off its profile, null keeps it.
    if (const json::value* profile = changes.if_contains("messaging_profile_id")) {
        if (profile->is_null()) {
            changes.erase("messaging_profile_id");
        } else if (scalar_text(*profile).empty()) {
            changes["messaging_profile_id"] = nullptr;
        }
    }
    return wrapped(200, *on.state.change(path, id, changes, on.state.key_owner()), wrapping::data);
}

}  // namespace trunkwarden::simulator
