#include "settings/connection_rules.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "settings/url_rules.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

void check_pair(yaml_section& section, std::string_view given, std::string_view missing)
{
    if (section.take(given) != nullptr && section.take(missing) == nullptr)
        section.refuse(section.place_of(given), fmt::format("{} needs {} beside it", given, missing));
}

bool is_scheme(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

}  // namespace

void check_only_one(yaml_section& section, std::string_view key, std::string_view other)
{
    if (section.take(key) == nullptr || section.take(other) == nullptr)
        return;
    const auto first = section.place_of(key);
    const auto second = section.place_of(other);
    section.refuse(std::ranges::max(first, second, {}, &text_mark::offset),
                   fmt::format("there is {} in line {} and {} in line {}: keep one of the two", key,
                               first.line, other, second.line));
}

void check_tls_config(yaml_section& section, const reading_context&, tls_config_settings&)
{
    check_pair(section, "cert_file", "key_file");
    check_pair(section, "key_file", "cert_file");
}

void check_basic_auth(yaml_section& section, const reading_context&, basic_auth_settings& auth)
{
    if (auth.username.find(':') != std::string::npos)
        section.refuse(section.take("username")->at,
                       "username cannot hold a colon: it ends there (RFC 7617); the password goes into "
                       "password_file");
}

void check_authorization(yaml_section& section, const reading_context&, authorization_settings& auth)
{
    if (auth.type.empty() || !is_scheme(auth.type))
        section.refuse(section.place_of("type"),
                       "type must be one word such as Bearer; the rest of the header goes into "
                       "credentials_file");
    if (to_lower(auth.type) == "basic")
        section.refuse(section.take("type")->at,
                       "type cannot be Basic: write basic_auth with username and password_file");
}

void check_connection(yaml_section& section, const connection_settings& connection)
{
    check_only_one(section, "proxy_url", "proxy_url_file");
    if (connection.proxy_from_environment) {
        check_only_one(section, "proxy_url", "proxy_from_environment");
        check_only_one(section, "proxy_url_file", "proxy_from_environment");
    }
    if (connection.proxy_url.empty())
        return;
    if (const auto fault = fault_of_proxy_url(connection.proxy_url))
        section.refuse(section.take("proxy_url")->at, "proxy_url " + *fault);
}

}  // namespace trunkwarden
