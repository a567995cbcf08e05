#include "findings/finding_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "catalogue/names.hpp"
#include "findings/links.hpp"
#include "support/json_member.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "use/exposure.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::value json_of(const std::optional<actor>& by)
{
    if (!by)
        return nullptr;
    json::object out;
    out["user_id"] = view(by->user_id);
    out["change_made_by"] = view(by->made_by);
    out["at"] = view(rfc3339(by->at));
    out["email"] = or_null(by->email);
    out["is_user"] = by->is_user ? json::value(*by->is_user) : json::value(nullptr);
    out["is_monitor"] = by->is_monitor ? json::value(*by->is_monitor) : json::value(nullptr);
    return out;
}

json::value json_of(const std::optional<acknowledgement>& taken)
{
    if (!taken)
        return nullptr;
    json::object out;
    out["reason"] = view(taken->reason);
    out["at"] = view(rfc3339(taken->at));
    out["until"] = or_null(taken->until);
    out["by"] = or_null(taken->by);
    return out;
}

json::value json_of(const std::optional<exposure>& some)
{
    if (!some)
        return nullptr;
    json::object out;
    out["per_minute"] = view(per_minute_of(*some));
    out["until"] = or_null(end_of(*some));
    out["currency"] = or_null(some->currency);
    return out;
}

std::optional<bool> flag_at(const json::object& object, std::string_view name)
{
    const auto* value = object.if_contains(view(name));
    return value == nullptr || !value->is_bool() ? std::nullopt : std::optional(value->get_bool());
}

}  // namespace

actor actor_in(const json::object& json)
{
    return {.user_id = std::string(string_at(json, "user_id")),
            .made_by = std::string(string_at(json, "change_made_by")),
            .at = {},
            .email = std::string(string_at(json, "email")),
            .is_user = flag_at(json, "is_user"),
            .is_monitor = flag_at(json, "is_monitor")};
}

json::object to_json(const finding& f, const link_settings& to)
{
    json::array fields;
    for (const auto& field : f.deviation.fields) {
        json::object entry;
        entry["field"] = view(field.field);
        entry["expected"] = text_or_null(field.expected);
        entry["actual"] = text_or_null(field.actual);
        fields.push_back(std::move(entry));
    }
    json::array earlier;
    for (const auto& opening : f.earlier)
        earlier.push_back({{"from", view(rfc3339(opening.from))}, {"to", view(rfc3339(opening.to))}});
    json::object out;
    out["id"] = view(f.id);
    out["state"] = or_null(f.state);
    out["account"] = view(f.account);
    out["resource"] = view(f.deviation.type->name);
    out["resource_id"] = view(f.deviation.id);
    out["label"] = view(f.deviation.label);
    out["kind"] = view(name_of(f.deviation.kind));
    out["severity"] = view(name_of(f.deviation.level));
    out["status"] = view(name_of(f.status));
    out["title"] = view(f.title);
    out["fields"] = std::move(fields);
    out["exposure"] = json_of(f.deviation.exposure);
    out["attack"] = view(f.deviation.type->attack);
    out["actor"] = json_of(f.by);
    out["since"] = view(rfc3339(open_since(f)));
    out["earlier"] = std::move(earlier);
    out["first_seen"] = view(rfc3339(f.first_seen));
    out["last_seen"] = view(rfc3339(f.last_seen));
    out["runbook_url"] = nullptr;  // its place; add_links() needs the others
    out["times"] = f.occurrences;
    out["audit_trail"] = view(name_of(f.trail));
    out["incident"] = or_null(f.incident);
    out["acknowledged"] = json_of(f.acknowledged);
    out["absent_since"] = or_null(f.absent_since);
    out["quarantine"] = or_null(f.quarantine);
    out["resolved_at"] = f.status == finding_status::resolved ? or_null(f.resolved_at) : json::value(nullptr);
    add_links(out, to);
    return out;
}

}  // namespace trunkwarden
