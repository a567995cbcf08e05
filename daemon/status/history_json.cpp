#include "status/history_json.hpp"

#include <boost/json/array.hpp>

#include <utility>

#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::object to_json(const history_event& event)
{
    json::object out;
    out["at"] = view(rfc3339_milliseconds(event.at));
    out["kind"] = view(name_of(event.kind));
    out["severity"] = event.finding.empty() ? json::value(nullptr) : json::value(view(name_of(event.level)));
    out["account"] = or_null(event.account);
    out["resource"] = or_null(event.resource);
    out["finding"] = or_null(event.finding);
    out["incident"] = or_null(event.incident);
    out["action"] = or_null(event.action);
    out["sentence"] = view(event.sentence);
    out["by"] = or_null(event.by);
    return out;
}

}  // namespace

json::object history_json(const history_page& page, time_point as_of)
{
    json::array events;
    events.reserve(page.events.size());
    for (const auto& event : page.events)
        events.push_back(to_json(event));
    json::object out;
    out["as_of"] = view(rfc3339(as_of));
    out["trouble"] = text_or_null(page.trouble);
    out["earlier"] = or_null(page.earlier);
    out["events"] = std::move(events);
    return out;
}

}  // namespace trunkwarden
