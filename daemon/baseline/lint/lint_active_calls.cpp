#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <utility>

#include "baseline/lint/lint_parts.hpp"
#include "catalogue/catalogue.hpp"
#include "snapshot/field_of.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

void add_uncounted(const resource_type& type, const active_calls_policy& policy, const object_list& live,
                   std::vector<std::string>& to)
{
    for_each(live, [&](const object_view& application) {
        if (policy.limit_of(application.id()) == nullptr && field_of(type, application, "active") != "false")
            to.push_back(printable(application.label().empty() ? application.id() : application.label(), 60));
    });
}

}  // namespace

void lint_active_calls(std::span<const resource_type> types, const active_calls_policy& policy,
                       std::span<const object_list* const> live, std::vector<lint_issue>& to)
{
    if (!policy.present)
        return;
    std::vector<std::string> names;
    for (const auto& carrier : resource_of(resource_role::active_calls).carried_by) {
        const auto type = std::ranges::find(types, carrier.resource, &resource_type::name);
        const auto at = static_cast<std::size_t>(type - types.begin());
        if (at < live.size() && live[at] != nullptr)
            add_uncounted(*type, policy, *live[at], names);
    }
    if (names.empty())
        return;
    constexpr std::size_t most_named = 10;
    const auto count = names.size();
    const auto others = count - std::min(count, most_named);
    names.resize(count - others);
    to.push_back({policy.line, "active_calls", lint_issue_kind::weak_limit,
                  fmt::format("the calls of {} that may dial are not counted: {}{}; give each a max_calls",
                              plural(count, "application"), fmt::join(names, ", "),
                              others == 0 ? std::string() : fmt::format(" and {} more", others))});
}

}  // namespace trunkwarden
