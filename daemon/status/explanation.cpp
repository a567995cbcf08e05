#include "status/explanation.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

#include "findings/attribution.hpp"
#include "findings/finding_json.hpp"
#include "status/action_json.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::value json_of(const std::optional<nearest_entry>& nearest, const std::string& file)
{
    if (!nearest)
        return nullptr;
    json::array differing;
    for (const auto& difference : nearest->differing)
        differing.push_back(
            json::object{{"field", view(difference.field)},
                         {"line", difference.line == 0 ? json::value(nullptr) : json::value(difference.line)},
                         {"expected", text_or_null(difference.expected)},
                         {"actual", text_or_null(difference.actual)}});
    json::object out;
    out["file"] = view(file);
    out["line"] = nearest->line;
    out["how"] = view(name_of(nearest->nearness));
    out["expires"] = nearest->expires ? or_null(iso_date(*nearest->expires)) : json::value(nullptr);
    out["reason"] = or_null(nearest->reason);
    out["approved_by"] = or_null(nearest->approved_by);
    out["differing"] = std::move(differing);
    return out;
}

json::object json_of(const audit_event& event)
{
    json::array fields;
    for (const auto& change : event.changes)
        fields.emplace_back(view(change.field));
    json::object out;
    out["id"] = view(event.id);
    out["at"] = view(rfc3339(event.by.at));
    out["user_id"] = view(event.by.user_id);
    out["change_made_by"] = view(event.by.made_by);
    out["email"] = or_null(event.by.email);
    out["change_type"] = view(event.change_type);
    out["fields"] = std::move(fields);
    return out;
}

json::object json_of(const delivery& delivery)
{
    json::object out;
    out["delivery_id"] = view(delivery.id);
    out["sink"] = view(delivery.sink);
    out["event"] = view(delivery.event);
    out["queued"] = view(rfc3339(delivery.queued));
    out["attempts"] = delivery.attempts;
    out["refused"] = delivery.dead;
    out["last_error"] = or_null(delivery.last_error);
    return out;
}

json::object json_of(const sink_history& sink)
{
    json::object out;
    out["sink"] = view(sink.sink);
    out["last_taken"] = or_null(sink.last_taken);
    return out;
}

template <class All, class Write>
json::array array_of(const All& all, Write write)
{
    json::array out;
    for (const auto& item : all)
        out.push_back(write(item));
    return out;
}

}  // namespace

std::vector<audit_event> events_about(const finding& f, const std::deque<audit_event>& log)
{
    constexpr std::size_t most = 50;
    std::vector<audit_event> out;
    for (const auto& event : log)
        if (concerns(event, f.deviation) || (f.deviation.from_event && event.id == f.deviation.id))
            out.push_back(event);
    if (out.size() > most)
        out.erase(out.begin(), out.end() - most);
    return out;
}

void explain_by_baseline(explanation& to, const baseline& trusted, day today)
{
    to.baseline_file = trusted.file;
    to.nearest = find_nearest_entry(to.about, trusted, today);
    if (to.nearest)
        return;
    to.no_entry =
        beyond_entries(to.about).value_or("no entry names the object, or has a value in common with it");
}

json::object to_json(const explanation& all)
{
    const auto written = [](const auto& item) { return json_of(item); };
    json::object out;
    out["source"] = view(name_of(all.source));
    out["as_of"] = view(rfc3339(all.as_of));
    out["finding"] = to_json(all.about, all.links);
    out["entry"] = json_of(all.nearest, all.baseline_file);
    out["no_entry"] = text_or_null(all.no_entry);
    out["list_read"] = or_null(all.list_read);
    out["reading_trouble"] = text_or_null(all.reading_trouble);
    out["audit_events"] = array_of(all.events, written);
    out["audit_read"] = or_null(all.audit_read);
    out["audit_trouble"] = text_or_null(all.audit_trouble);
    out["actions"] = array_of(all.actions, [](const action& action) { return to_json(action); });
    out["messages"] = array_of(all.messages, written);
    out["sinks"] = array_of(all.sinks, written);
    out["last_told"] = all.about.last_notified == time_point{}
                           ? json::value(nullptr)
                           : json::value(view(rfc3339(all.about.last_notified)));
    return out;
}

}  // namespace trunkwarden
