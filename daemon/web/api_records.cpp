#include "web/api_records.hpp"

#include <cstddef>
#include <limits>

#include "status/shown_records.hpp"
#include "web/api_replies.hpp"

namespace trunkwarden {

routed answer_records(const http_query& query, const web_view& view)
{
    if (view.access != access_level::admin)
        return wrong_method(
            api_error(405, "Records are read over the control socket only; there is /api/v1/findings."), "");
    if (query.method != "GET" && query.method != "HEAD")
        return wrong_method(api_error(405, "Records can only be read, with GET or HEAD."), "GET, HEAD");
    const action_selection everything{.most = std::numeric_limits<std::size_t>::max()};
    const auto report = view.controls.quarantine(everything);
    if (!report)
        return reply_to(report.error());
    return success(records_json(view.controls.status(), report->actions));
}

}  // namespace trunkwarden
