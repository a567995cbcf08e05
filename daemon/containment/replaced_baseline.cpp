#include "containment/replaced_baseline.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace trunkwarden {
namespace {

bool trust_the_same_use(const resource_type& type, const baseline& a, const baseline& b)
{
    if (type.role == resource_role::spending)
        return a.spending == b.spending;
    if (type.role == resource_role::traffic)
        return a.traffic == b.traffic;
    if (type.role == resource_role::active_calls)
        return a.active_calls == b.active_calls;
    const auto& x = a.of(type);
    const auto& y = b.of(type);
    return x.is_written() == y.is_written() &&
           std::ranges::equal(x.entries(), y.entries(), trusts_the_same_objects);
}

}  // namespace

std::optional<reload_hold> hold_after_reload(const resource_type& use, const baseline& trusted,
                                             const std::vector<replaced_baseline>& replaced, time_point now)
{
    std::optional<reload_hold> out;
    for (const auto& earlier : replaced) {
        const auto until = std::max(now, earlier.replaced_at + grace_after_reload);
        if (trust_the_same_use(use, *earlier.trusted, trusted) || (out && until <= out->until))
            continue;
        out = {until, fmt::format("the baseline was reloaded at {}, and said something else about {} before: "
                                  "nothing is stopped without approval until {}",
                                  rfc3339(earlier.replaced_at), use.name, rfc3339(until))};
    }
    return out;
}

}  // namespace trunkwarden
