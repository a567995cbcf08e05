#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "settings/reading_context.hpp"
#include "settings/url_rules.hpp"
#include "support/in_quotes.hpp"
#include "support/minisign.hpp"
#include "support/nearest.hpp"

namespace trunkwarden {

namespace {

constexpr std::string_view key_sources = "api_key_file, api_key_credential or api_key_env";

bool is_credential_name(std::string_view name)
{
    return name != "." && name != ".." && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == '_';
           });
}

bool is_variable_name(std::string_view name)
{
    return !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

void read_key_source(yaml_section& section, const reading_context& context, key_source& into)
{
    const auto before = section.problems().count();
    read_path(section, "api_key_file", context, into.file);
    section.read("api_key_credential", into.credential);
    section.read("api_key_env", into.environment);
    if (!is_credential_name(into.credential))
        section.refuse(
            section.take("api_key_credential")->at,
            "api_key_credential must be the name of a systemd credential (letters, digits, . _ -)");
    if (!into.environment.empty() && !is_variable_name(into.environment))
        section.refuse(section.take("api_key_env")->at,
                       "api_key_env must be the name of an environment variable, not its value");
    const auto given = static_cast<int>(!into.file.empty()) + static_cast<int>(!into.credential.empty()) +
                       static_cast<int>(!into.environment.empty());
    if (given == 0 && section.problems().count() == before)
        section.refuse(section.at(), fmt::format("the account needs one of {}", key_sources));
    if (given > 1)
        section.refuse(section.at(),
                       fmt::format("the account has more than one of {}; keep one", key_sources));
}

void read_public_key(yaml_section& section, std::string& into)
{
    const auto* value = section.take_scalar("baseline_public_key");
    if (value == nullptr)
        return;
    into = value->text;
    // Also one that is empty: a template that was filled with nothing must not switch signatures off.
    if (const auto fault = fault_of_minisign_key(into); !fault.empty())
        section.refuse(value->at, "baseline_public_key " + fault);
}

void read_api_url(yaml_section& section, std::string& into)
{
    const auto* value = section.take_scalar("api_url");
    if (value == nullptr)
        return;
    if (const auto fault = fault_of_url(value->text, url_use::api); !fault.empty())
        return section.refuse(value->at, "api_url " + fault);
    into = value->text;
    while (into.ends_with('/'))
        into.pop_back();
}

void read_blind_spots(yaml_section& section, const reading_context& context, std::vector<std::string>& into)
{
    for (const auto& item : section.take_list("accepted_blind_spots")) {
        if (std::ranges::find(context.resources, item.text) == context.resources.end())
            section.refuse(item.at, fmt::format("{} is not a resource{}", in_quotes(item.text),
                                                suggestion(item.text, context.resources)));
        else if (std::ranges::find(into, item.text) == into.end())
            into.push_back(item.text);
    }
}

void read_api_keys_shape(yaml_section& account, api_keys_shape& into)
{
    yaml_section section(account.take("api_keys"), "api_keys", account.problems());
    section.read("path", into.path);
    section.read("id", into.id);
    section.read("label", into.label);
    section.read("own_key_id", into.own_key_id);
    section.refuse_unknown_keys();
    if (!into.path.starts_with('/') || into.path.find_first_of(" ?#") != std::string::npos)
        section.refuse(section.at(), "path must be a path of the API that begins with /, such as /api_keys");
    if (into.id.empty())
        section.refuse(section.at(), "id must name the field that holds a key's id");
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

void read_probe(yaml_section& account, std::optional<two_factor_probe>& into)
{
    const auto* node = account.take("two_factor_probe");
    if (node == nullptr)
        return;
    yaml_section section(node, "two_factor_probe", account.problems());
    two_factor_probe probe;
    if (!section.usable())
        return;
    section.require("url", probe.url);
    section.read("pointer", probe.pointer);
    section.require("expected", probe.expected);
    section.refuse_unknown_keys();
    if (const auto fault = fault_of_url(probe.url, url_use::probe); !probe.url.empty() && !fault.empty())
        section.refuse(section.take("url")->at, "url " + fault);
    if (!is_json_pointer(probe.pointer))
        section.refuse(section.take("pointer")->at,
                       "pointer must be a JSON pointer such as /data/two_factor");
    into = probe;
}

account_settings read_account(const yaml_node& node, const reading_context& context,
                              std::span<const std::string> others)
{
    yaml_section section(&node, "an account", context.problems);
    account_settings account;
    if (!section.usable())
        return account;
    read_name(section, others, account.name);
    read_key_source(section, context, account.api_key);
    read_path(section, "baseline_file", context, account.baseline_file);
    if (section.take("baseline_file") == nullptr)
        section.refuse(section.at(), "the account needs baseline_file");
    read_public_key(section, account.baseline_public_key);
    read_api_url(section, account.api_url);
    read_path(section, "ca_file", context, account.ca_file);
    read_blind_spots(section, context, account.accepted_blind_spots);
    read_api_keys_shape(section, account.api_keys);
    read_probe(section, account.probe);
    section.refuse_unknown_keys();
    return account;
}

}  // namespace

void read_accounts(yaml_section& file, const reading_context& context, std::vector<account_settings>& into)
{
    const auto before = file.problems().count();
    std::vector<std::string> names;
    for (const auto& node : file.take_list("accounts")) {
        into.push_back(read_account(node, context, names));
        names.push_back(into.back().name);
    }
    if (into.empty() && file.problems().count() == before)
        file.refuse(file.at(), "the settings need at least one account under accounts");
}

}  // namespace trunkwarden
