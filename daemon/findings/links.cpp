#include "findings/links.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/ascii.hpp"
#include "support/json_member.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

std::string_view without_slashes(std::string_view base)
{
    return base.substr(0, base.find_last_not_of('/') + 1);
}

// Ids and names are always plain; a state file that somebody edited could hold others.
bool is_plain(std::string_view name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

std::string page_with(std::string_view key, std::string_view value, const link_settings& to)
{
    if (to.external_url.empty() || !is_plain(value))
        return {};
    return fmt::format("{}/?{}={}", without_slashes(to.external_url), key, value);
}

}  // namespace

std::string runbook_url(std::string_view resource, const link_settings& to)
{
    return fmt::format("{}/detections.md#{}", without_slashes(to.runbook_base_url), resource);
}

std::string finding_url(std::string_view id, std::string_view incident, const link_settings& to)
{
    if (to.external_url.empty() || !is_plain(id))
        return {};
    if (is_plain(incident))
        return fmt::format("{}#{}", incident_url(incident, to), id);
    return fmt::format("{}/#{}", without_slashes(to.external_url), id);
}

std::string incident_url(std::string_view incident, const link_settings& to)
{
    return page_with("incident", incident, to);
}

std::string account_url(std::string_view account, const link_settings& to)
{
    return page_with("account", account, to);
}

void add_links(boost::json::object& finding, const link_settings& to)
{
    const auto incident = string_at(finding, "incident");
    const auto url = finding_url(string_at(finding, "id"), incident, to);
    const auto all_of_it = incident_url(incident, to);
    const auto runbook = runbook_url(string_at(finding, "resource"), to);
    finding["runbook_url"] = view(runbook);
    finding["url"] = or_null(url);
    finding["incident_url"] = or_null(all_of_it);
}

bool is_web_link(std::string_view url)
{
    return url.starts_with("https://") || url.starts_with("http://");
}

}  // namespace trunkwarden
