#include "simulator/validate.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

struct choice {
    std::string_view field;   // the last part of the dotted name
    std::string_view values;  // separated by '|'
};

// Fields with a closed list of values, at any place.
constexpr choice choices[] = {
    {"forwarding_type", "always|on-failure"},
    {"webhook_api_version", "1|2|2010-04-01|texml"},
    {"inbound_call_screening", "disabled|reject_calls|flag_calls"},
    {"usage_payment_method", "pay-per-minute|channel|rate-deck"},
    {"ani_override_type", "always|normal|emergency"},
    {"sip_uri_calling_preference", "disabled|unrestricted|internal"},
    {"sip_subdomain_receive_settings", "only_my_connections|from_anyone"},
    {"ip_authentication_method",
     "tech-prefixp-charge-info|token|credential-authentication|ip-authentication"},
    {"fqdn_authentication_method", "credential-authentication|ip-authentication"},
    {"encrypted_media", "SRTP"},
    {"transport_protocol", "UDP|TCP|TLS"},
    {"channel_type_id", "sms|voice|email|webhook"},
    {"client_type", "public|confidential"},
    {"preference", "credit_paypal|ach"},
    {"voice_method", "get|post"},
    {"status_callback_method", "get|post"},
    {"service_plan", "global"},
    {"idp_cert_fingerprint_algorithm", "sha1|sha256|sha384|sha512"},
    {"simultaneous_ringing", "disabled|enabled"},
};

struct length {
    std::string_view path;
    std::string_view field;
    std::size_t least;
    std::size_t most;
};

constexpr length lengths[] = {
    {"/outbound_voice_profiles", "name", 3, 255},
    {"/credential_connections", "password", 8, 128},
};

bool listed(std::string_view list, std::string_view separated_by, std::string_view value)
{
    const std::string padded = fmt::format("{0}{1}{0}", separated_by, list);
    return padded.find(fmt::format("{0}{1}{0}", separated_by, value)) != std::string::npos;
}

bool same_kind(const json::value& value, const json::value& like)
{
    if (like.is_null() || (value.is_number() && like.is_number())) {
        return true;
    }
    return value.kind() == like.kind();
}

std::optional<complaint> complain_of_value(const endpoint& endpoint, const std::string& name,
                                           const json::value& value, const json::value& like)
{
    if (value.is_null()) {
        const bool everywhere = listed("webhook_event_failover_url webhook_failover_url", " ", name);
        const bool may = everywhere || listed(endpoint.nullable, " ", name);
        const bool is_default = like.is_null() && !listed(endpoint.never_null, " ", name);
        return may || is_default ? std::nullopt
                                 : std::optional(complaint{name, fmt::format("{} must not be null", name)});
    }
    if (!same_kind(value, like)) {
        return complaint{name, fmt::format("{} has the wrong type", name)};
    }
    const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
    const auto* closed = std::ranges::find(choices, last, &choice::field);
    if (closed != std::end(choices) && !listed(closed->values, "|", scalar_text(value))) {
        return complaint{name, fmt::format("Invalid {}: {}, was provided. Acceptable values are {}", name,
                                           scalar_text(value), closed->values)};
    }
    for (const length& each : lengths) {
        if (each.path == endpoint.path && each.field == name && value.is_string() &&
            (value.get_string().size() < each.least || value.get_string().size() > each.most)) {
            return complaint{name,
                             fmt::format("{} must have {} to {} characters", name, each.least, each.most)};
        }
    }
    return std::nullopt;
}

std::optional<complaint> complain_of_members(const endpoint& endpoint, const std::string& prefix,
                                             const json::object& body, const json::object& like)
{
    for (const auto& [key, value] : body) {
        const json::value* model = like.if_contains(key);
        if (model == nullptr) {
            continue;
        }
        const std::string name = prefix + std::string(key);
        if (auto wrong = complain_of_value(endpoint, name, value, *model)) {
            return wrong;
        }
        if (value.is_object() && model->is_object()) {
            if (auto wrong =
                    complain_of_members(endpoint, name + ".", value.get_object(), model->get_object())) {
                return wrong;
            }
        }
    }
    return std::nullopt;
}

// A member of a group: "inbound.sip_region". The group stays.
void forget(json::object& in, std::string_view name)
{
    const std::size_t dot = name.find('.');
    json::value* group = dot == std::string_view::npos ? nullptr : in.if_contains(name.substr(0, dot));
    if (group != nullptr && group->is_object()) {
        group->get_object().erase(name.substr(dot + 1));
    }
}

}  // namespace

std::optional<complaint> complain(const endpoint& endpoint, std::string_view required,
                                  const json::object& body, const json::object& like)
{
    for (const std::string_view name : words(required)) {
        const std::size_t dot = name.rfind('.');
        if (dot != std::string_view::npos && at_dotted(body, name.substr(0, dot)) == nullptr) {
            continue;
        }
        if (at_dotted(body, name) == nullptr) {
            return complaint{std::string(name), fmt::format("The required parameter {} is missing.", name)};
        }
    }
    return complain_of_members(endpoint, "", body, like);
}

json::object kept(const endpoint& endpoint, const json::object& body, const json::object& like,
                  std::string_view fixed)
{
    constexpr std::string_view never = "id created_at updated_at record_type organization_id";
    json::object known;
    for (const auto& [key, value] : body) {
        const bool has_name = like.contains(key) || listed(endpoint.optional, " ", key);
        if (has_name && !listed(fixed, " ", key) && !listed(never, " ", key)) {
            known[key] = value;
        }
    }
    for (const std::string_view name : words(fixed)) {
        forget(known, name);
    }
    return known;
}

}  // namespace trunkwarden::simulator
