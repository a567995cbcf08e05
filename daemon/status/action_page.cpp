#include "status/action_page.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <tuple>
#include <utility>

#include "containment/action_history.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t max_page_bytes = 8UL * 1024 * 1024;

failure not_there(const std::string& id)
{
    return {
        errc::not_found,
        fmt::format("there is no action {} (any more): begin with the first page, without \"after\"", id)};
}

}  // namespace

result<void> add_page(quarantine_report& to, std::vector<const action*> all, const action_selection& chosen)
{
    to.all_actions = all.size();
    std::ranges::sort(all, {}, [](const action* action) {
        return std::tuple(has_ended(action->state), -action->planned_at.time_since_epoch(),
                          std::string_view(action->id));
    });
    auto at = all.begin();
    if (!chosen.after.empty()) {
        at = std::ranges::find(all, chosen.after, [](const action* action) { return action->id; });
        if (at == all.end())
            return not_there(chosen.after);
        ++at;
    }
    std::size_t bytes = 0;
    for (; at != all.end() && to.actions.size() < chosen.most && bytes < max_page_bytes; ++at) {
        bytes += past_item_of(**at).bytes;
        to.actions.push_back(**at);
    }
    if (at != all.end() && !to.actions.empty())
        to.next = to.actions.back().id;
    return {};
}

}  // namespace trunkwarden
