#include <algorithm>
#include <fmt/format.h>

#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"
#include "simulator/validate.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

reply gone(const endpoint& what, const std::string& id, const json::object& removed)
{
    if (what.deleted_status == 204) {
        return text_reply(204, "", "");
    }
    if (what.path == "/ai/assistants") {
        return json_reply(200, json::object{{"id", id}, {"object", "assistant"}, {"deleted", true}});
    }
    if (what.path != "/phone_numbers") {
        return wrapped(200, removed, what.single);
    }
    json::object shown;  // the schema of a deleted number has no nulls
    for (const auto& [key, value] : removed) {
        if (!value.is_null()) {
            shown[key] = value;
        }
    }
    shown["status"] = "deleted";
    return wrapped(200, shown, what.single);
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
void translate(const endpoint& what, json::object& fields)
{
    if (what.path == "/telephony_credentials") {
        if (const json::value* connection = fields.if_contains("connection_id")) {
            fields["resource_id"] = "connection:" + scalar_text(*connection);
        }
        fields.erase("connection_id");
    } else if (what.path == "/managed_accounts") {
        move_member(fields, "business_name", "organization_name");
        fields.erase("password");
        if (!fields.contains("email")) {
            fields["email"] = "managed@example.com";
        }
    } else if (what.path == "/fqdns" || what.path == "/ips") {
        const json::value* port = fields.if_contains("port");
        if (port != nullptr && port->is_null()) {
            fields["port"] = 5060;
        }
    }
}

reply change_object(api_context& on, const item_path& where, const request& asked)
{
    const endpoint& what = *where.what;
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (!on.state.find(what.path, where.id)) {
        return not_found();
    }
    if (const auto wrong = complain(what, what.required_to_change, *body, defaults_of(what))) {
        return unprocessable(what.path, wrong->field, wrong->detail);
    }
    json::object changes = kept(what, *body, defaults_of(what), what.fixed);
    translate(what, changes);
    const auto changed = on.state.change(what.path, where.id, changes, on.state.key_owner());
    return wrapped(200, *changed, what.single);
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
    auto found = on.state.find(where.what->path, where.id);
    const std::string* groups = asked.parameter("include_groups");
    if (found && where.what->path == "/organizations/users" && (groups == nullptr || *groups != "true")) {
        found->erase("groups");
    }
    return found ? wrapped(200, *found, where.what->single) : not_found();
}

}  // namespace

reply wrapped(unsigned status, const json::object& object, wrapping how)
{
    if (how == wrapping::bare) {
        return json_reply(status, object);
    }
    json::object data = object;
    json::object answer;
    if (how == wrapping::named) {
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

reply create_object(api_context& on, const endpoint& what, const request& asked)
{
    if (what.undocumented) {
        return not_found();
    }
    const auto body = body_of(asked);
    if (!body) {
        return body.error();
    }
    if (const auto wrong = complain(what, what.required_to_create, *body, defaults_of(what))) {
        return unprocessable(what.path, wrong->field, wrong->detail);
    }
    if (what.path == "/verified_numbers") {  // the number is on the list once it has been verified
        return json_reply(200, json::object{{"phone_number", body->at("phone_number")},
                                            {"verification_method", body->at("verification_method")}});
    }
    json::object fields = kept(what, *body, defaults_of(what), "client_id client_secret");
    if (what.path == "/managed_accounts") {
        for (const std::string_view given :
             {"balance", "api_key", "api_token", "api_user", "manager_account_id"}) {
            fields.erase(given);
        }
    }
    translate(what, fields);
    const json::object created = on.state.create(what.path, std::move(fields), on.state.key_owner());
    return wrapped(what.created_status, created, what.single);
}

reply on_object(api_context& on, const item_path& where, const request& asked)
{
    const endpoint& what = *where.what;
    switch (verb_of(asked.method) & what.item) {
        case verbs::get:
            return observe_object(on, where, asked);
        case verbs::patch:
        case verbs::put:
        case verbs::post:
            return change_object(on, where, asked);
        case verbs::del: {
            const auto removed = on.state.remove(what.path, where.id, on.state.key_owner());
            return removed ? gone(what, where.id, *removed) : not_found();
        }
        default:
            return not_found();
    }
}

reply on_number_face(api_context& on, std::string_view face, const std::string& id, const request& asked)
{
    const std::string path = "/phone_numbers/" + std::string(face);
    const endpoint& what = *find_endpoint(path);
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
    if (const auto wrong = complain(what, "", *body, like)) {
        return unprocessable(path, wrong->field, wrong->detail);
    }
    json::object changes =
        kept(what, *body, like, "phone_number connection_id emergency type health features");
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
