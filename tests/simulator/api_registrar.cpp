#include <optional>
#include <string>

#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"

// The registrar, and the calls that run: live state, of which no list is kept.

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

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

}  // namespace

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

}  // namespace trunkwarden::simulator
