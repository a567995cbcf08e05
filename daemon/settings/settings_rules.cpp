#include "settings/settings_rules.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "settings/url_rules.hpp"
#include "support/ascii.hpp"
#include "support/listen_address.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

std::filesystem::path reading_context::path_of(std::string_view written) const
{
    return written.empty() ? std::filesystem::path() : (file.parent_path() / written).lexically_normal();
}

bool is_given(yaml_section& section, std::string_view key)
{
    const auto* value = section.take(key);
    return value != nullptr && !(value->is == yaml_node::form::scalar && value->text.empty());
}

void check_name(yaml_section& section, std::string_view name)
{
    const bool is_plain =
        std::ranges::all_of(name, [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; });
    if (!is_plain)
        section.refuse(
            section.take("name")->at,
            fmt::format("name must be small letters, digits, _ and - only, not {}", quoted_text(name)));
}

void check_name(yaml_section& section, std::string_view name, std::span<const std::string_view> others)
{
    check_name(section, name);
    if (!name.empty() && std::ranges::find(others, name) != others.end())
        section.refuse(section.take("name")->at,
                       fmt::format("the name {} is taken already", quoted_text(name)));
}

namespace {

bool is_host_name(std::string_view text)
{
    constexpr std::size_t longest = 253;
    const auto is_part = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; };
    if (text.ends_with('.'))
        text.remove_suffix(1);
    bool in_label = false;
    for (const char c : text) {
        if (c == '.' ? !in_label : !is_part(c))
            return false;
        in_label = c != '.';
    }
    return in_label && text.size() <= longest;
}

}  // namespace

void check_web(yaml_section& section, const reading_context&, web_settings& web)
{
    if (const auto parsed = parse_listen_address(web.listen_address); !web.listen_address.empty() && !parsed)
        section.refuse(section.take("listen_address")->at,
                       parsed.error().message + "; \"\" switches the page off");
    if (web.allowed_hosts.empty())
        return;
    for (const auto& item : section.take_list("allowed_hosts"))
        if (item.is != yaml_node::form::scalar || !is_host_name(item.text))
            section.refuse(item.at,
                           fmt::format("allowed_hosts must list host names such as monitor.example.com, "
                                       "without scheme, port or wildcard, not {}",
                                       quoted_text(item.text)));
}

void check_links(yaml_section& file, const link_settings& links)
{
    const auto check = [&file](std::string_view key, const std::string& url) {
        if (const auto fault = fault_of_url(url, url_use::link))
            file.refuse(file.take(key)->at, fmt::format("{} {}", key, *fault));
    };
    if (!links.external_url.empty())
        check("external_url", links.external_url);
    if (links.runbook_base_url != link_settings().runbook_base_url)
        check("runbook_base_url", links.runbook_base_url);
}

}  // namespace trunkwarden
