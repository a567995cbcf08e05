#include "settings/settings_schema.hpp"

#include <array>

#include "settings/settings_keys.hpp"
#include "support/yaml/key_schema.hpp"

namespace trunkwarden {

namespace {

namespace json = boost::json;

json::object& properties_of(json::object& schema)
{
    return schema.at("properties").as_object();
}

json::object& items_of(json::object& properties, std::string_view list)
{
    return properties.at(view(list)).at("items").as_object();
}

// A value that is there and not empty: null and "" are the same as leaving a key out.
json::object given(std::string_view key)
{
    json::object properties;
    properties.emplace(view(key), json::object{{"not", json::object{{"enum", json::array{nullptr, ""}}}}});
    return {{"required", json_list({&key, 1})}, {"properties", std::move(properties)}};
}

json::array one_of_given(std::span<const std::string_view> keys)
{
    json::array out;
    for (const auto key : keys)
        out.emplace_back(given(key));
    return out;
}

void say_which_keys(const sink_kind& kind, std::string_view key, need needed, json::object& then)
{
    if (needed == need::none)
        then.at("properties").as_object().emplace(view(key), json::object{{"type", "null"}});
    if (needed == need::required)
        then.at("required").as_array().emplace_back(view(key));
    if (kind.url_file == need::optional && key == "url_file") {
        constexpr std::array<std::string_view, 2> either{"url", "url_file"};
        json::array alternatives;
        for (const auto each : either) {
            json::object there;
            there.emplace(view(each), json::object{{"not", json::object{{"type", "null"}}}});
            alternatives.emplace_back(
                json::object{{"required", json_list({&each, 1})}, {"properties", std::move(there)}});
        }
        then.emplace("oneOf", std::move(alternatives));
    }
}

// Which keys each kind of sink wants beside those that all have.
json::array rules_of_sinks()
{
    json::array rules;
    for (const auto name : names_of<sink_type>.values) {
        const auto& kind = sink_kinds[*value_named<sink_type>(name)];
        json::object then{{"properties", json::object()}, {"required", json::array()}};
        say_which_keys(kind, "url", kind.url, then);
        say_which_keys(kind, "url_file", kind.url_file, then);
        say_which_keys(kind, "format", kind.format, then);
        say_which_keys(kind, "secret_file", kind.secret_file, then);
        say_which_keys(kind, "routing_key_file", kind.routing_key_file, then);
        say_which_keys(kind, "resend_interval", kind.resend_interval, then);
        say_which_keys(kind, "basic_auth", kind.login, then);
        say_which_keys(kind, "authorization", kind.login, then);
        for (const auto key : mail_essentials)
            say_which_keys(kind, key, kind.mail, then);
        for (const auto key : mail_options)
            say_which_keys(kind, key, kind.mail == need::none ? need::none : need::optional, then);
        for (const auto key : way_options)
            say_which_keys(kind, key, kind.way, then);
        json::object is_this{{"required", json::array{"type"}}};
        is_this.emplace("properties", json::object{{"type", json::object{{"const", view(name)}}}});
        rules.emplace_back(json::object{{"if", std::move(is_this)}, {"then", std::move(then)}});
    }
    return rules;
}

}  // namespace

json::object settings_schema(std::span<const std::string_view> resources)
{
    json::object schema{
        {"$schema", "http://json-schema.org/draft-07/schema#"},
        {"$id", "file:///usr/share/trunkwarden/schema/trunkwarden.schema.json"},
        {"title", "trunkwarden settings"},
        {"description", "trunkwarden.yml: the accounts to watch, how often, and the receivers of alerts."},
        {"type", "object"}};
    append_members(schema, key_schema(settings_keys, settings{}, resources));
    auto& properties = properties_of(schema);
    for (const auto* key : {"control_socket", "state_file"})
        properties.at(key).as_object().emplace("minLength", 1);

    constexpr std::array<std::string_view, 3> sources{"api_key_file", "api_key_credential", "api_key_env"};
    items_of(properties, "accounts").emplace("oneOf", one_of_given(sources));
    items_of(properties_of(properties.at("alerts").as_object()), "sinks").emplace("allOf", rules_of_sinks());
    json::object some_accounts{{"required", json::array{"accounts"}}};
    some_accounts.emplace("properties",
                          json::object{{"accounts", json::object{{"type", "array"}, {"minItems", 1}}}});
    json::object a_folder{{"required", json::array{"accounts_dir"}}};
    a_folder.emplace("properties",
                     json::object{{"accounts_dir", json::object{{"type", "string"}, {"minLength", 1}}}});
    schema.emplace("anyOf", json::array{std::move(some_accounts), std::move(a_folder)});
    return schema;
}

}  // namespace trunkwarden
