#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "settings/connection_rules.hpp"
#include "settings/settings_rules.hpp"
#include "settings/url_rules.hpp"
#include "support/ascii.hpp"
#include "support/minisign.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

constexpr std::string_view key_sources = "api_key_file, api_key_credential or api_key_env";

bool is_credential_name(std::string_view name)
{
    return name != "." && name != ".." && std::ranges::all_of(name, [](char c) {
               return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
           });
}

bool is_variable_name(std::string_view name)
{
    return !is_digit(name[0]) &&
           std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '_'; });
}

void check_key_source(yaml_section& section, const key_source& source)
{
    if (!is_credential_name(source.credential))
        section.refuse(
            section.take("api_key_credential")->at,
            "api_key_credential must be the name of a systemd credential (letters, digits, . _ -)");
    if (!source.environment.empty() && !is_variable_name(source.environment))
        section.refuse(section.take("api_key_env")->at,
                       "api_key_env must be the name of an environment variable, not its value");
    const auto given = static_cast<int>(is_given(section, "api_key_file")) +
                       static_cast<int>(is_given(section, "api_key_credential")) +
                       static_cast<int>(is_given(section, "api_key_env"));
    if (given == 0)
        section.refuse(section.at(), fmt::format("the account needs one of {}", key_sources));
    if (given > 1)
        section.refuse(section.at(),
                       fmt::format("the account has more than one of {}; keep one", key_sources));
}

// Also one that is empty: a template that was filled with nothing must not switch signatures off.
void check_public_key(yaml_section& section, const std::string& key)
{
    const auto* value = section.take("baseline_public_key");
    if (value == nullptr || value->is != yaml_node::form::scalar)
        return;
    if (const auto fault = fault_of_minisign_key(key))
        section.refuse(value->at, "baseline_public_key " + *fault);
}

// RFC 6901: empty, or parts that begin with / and escape ~ as ~0.
bool is_json_pointer(std::string_view text)
{
    for (auto tilde = text.find('~'); tilde != std::string_view::npos; tilde = text.find('~', tilde + 1)) {
        const auto escaped = text.substr(tilde + 1, 1);
        if (escaped != "0" && escaped != "1")
            return false;
    }
    return text.empty() || text.starts_with('/');
}

// Sent in a header of every request.
void check_managed_account(yaml_section& section, const std::string& id)
{
    constexpr std::size_t longest = 128;
    const auto may_be_in_one = [](char c) { return is_letter_or_digit(c) || c == '-'; };
    if (id.size() > longest || !std::ranges::all_of(id, may_be_in_one))
        section.refuse(section.take("managed_account_id")->at,
                       "managed_account_id must be the id of a managed account: letters, digits and - only");
}

// An account's authorities have one place only: ca_file.
void check_connection_of(yaml_section& section, account_settings& account)
{
    check_connection(section, account.connection);
    auto& tls = account.connection.tls_config;
    if (!tls.ca_file.empty() && !account.ca_file.empty())
        section.refuse(section.place_of("tls_config"),
                       fmt::format("there is ca_file in line {} and another in tls_config in line {}: keep "
                                   "one of the two",
                                   section.place_of("ca_file").line, section.place_of("tls_config").line));
    if (account.ca_file.empty())
        account.ca_file = std::exchange(tls.ca_file, {});
    const bool names_a_proxy =
        !account.connection.proxy_url.empty() || !account.connection.proxy_url_file.empty();
    if (names_a_proxy && account.api_url.starts_with("http://"))
        section.refuse(
            section.place_of(account.connection.proxy_url.empty() ? "proxy_url_file" : "proxy_url"),
            "an account whose api_url begins with http:// is on this host and has no proxy: the "
            "proxy would read the key");
}

// Findings, metrics and state are kept by name: of two accounts with one, neither could be told apart.
void check_only_place(yaml_section& section, const reading_context& context, const std::string& name)
{
    if (name.empty())
        return;
    const auto at = section.place_of("name");
    const auto [first, is_new] =
        context.accounts.try_emplace(name, fmt::format("{}:{}", context.file.string(), at.line));
    if (!is_new)
        section.refuse(
            section.take("name")->at,
            fmt::format("the name {} is taken already, in {}: give one of the two another name, or "
                        "remove it",
                        quoted_text(name), first->second));
}

}  // namespace

void check_account(yaml_section& section, const reading_context& context, account_settings& account)
{
    check_name(section, account.name);
    check_only_place(section, context, account.name);
    check_key_source(section, account.api_key);
    if (!account.api_key.credential.empty())
        account.api_key.credential_folder = context.path_of("credentials");
    check_public_key(section, account.baseline_public_key);
    if (const auto fault = fault_of_url(account.api_url, url_use::api))
        section.refuse(section.take("api_url")->at, "api_url " + *fault);
    check_managed_account(section, account.managed_account_id);
    check_connection_of(section, account);
    while (account.api_url.ends_with('/'))
        account.api_url.pop_back();
}

void check_api_keys_shape(yaml_section& section, const reading_context&, api_keys_shape& shape)
{
    const bool is_path = shape.path.starts_with('/');
    if ((!shape.path.empty() && !is_path) || shape.path.find_first_of(" ?#") != std::string::npos)
        section.refuse(section.at(), "path must be a path of the API that begins with /, such as /api_keys");
    if (shape.id.empty())
        section.refuse(section.at(), "id must name the field that holds a key's id");
}

void check_probe(yaml_section& section, const reading_context&, two_factor_probe& probe)
{
    if (const auto fault = fault_of_url(probe.url, url_use::probe); !probe.url.empty() && fault)
        section.refuse(section.take("url")->at, "url " + *fault);
    if (!is_json_pointer(probe.pointer))
        section.refuse(section.take("pointer")->at,
                       "pointer must be a JSON pointer such as /data/two_factor");
}

}  // namespace trunkwarden
