#include "web/api_records.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <vector>

#include "status/shown_records.hpp"
#include "web/api_replies.hpp"

namespace trunkwarden {

namespace {

// Page by page: a thief who makes thousands of large ones wait must not hide one that can be undone.
result<std::vector<action>> every_action(const web_view& view)
{
    std::vector<action> out;
    action_selection chosen{.most = std::numeric_limits<std::size_t>::max()};
    do {
        auto page = view.controls.quarantine(chosen);
        if (!page)
            return page.error();
        std::ranges::move(page->actions, std::back_inserter(out));
        chosen.after = page->next;
    } while (!chosen.after.empty());
    return out;
}

}  // namespace

routed answer_records(const http_query& query, const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405, "Records are read over the control socket only; there is /api/v1/findings."), "");
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(api_error(405, "Records can only be read, with GET or HEAD."), "GET, HEAD");
    auto actions = every_action(view);
    if (!actions)
        return reply_to(actions.error());
    return success(records_json(view.controls.status(), *actions));
}

}  // namespace trunkwarden
