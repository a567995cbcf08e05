#include <fmt/format.h>
#include <string>
#include <vector>

#include "baseline/lint/lint_parts.hpp"

namespace trunkwarden {

void lint_extra_fields(const resource_type& type, const entry_list& trusted, const object_list& live,
                       std::vector<lint_issue>& to)
{
    if (!type.is_extra || trusted.entries().empty() || count(live) == 0)
        return;
    std::vector<bool> shown(type.fields.size());
    for_each(live, [&shown](const object_view& object) {
        for (std::size_t at = 0; at < shown.size(); ++at)
            shown[at] = shown[at] || !object.field(at).empty();
    });
    std::string names;
    for (std::size_t at = 0; at < shown.size(); ++at)
        if (!shown[at])
            names += fmt::format("{}{}", names.empty() ? "" : ", ", type.fields[at].name);
    if (!names.empty())
        to.push_back({trusted.entries().front().line, type.name, lint_issue_kind::never_shown,
                      fmt::format("no object of {} has a value in {}: if the API calls it something else, no "
                                  "change of it is ever seen; correct extra_resources in the settings",
                                  type.name, names)});
}

}  // namespace trunkwarden
