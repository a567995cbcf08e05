#include "state/action_record.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::value number_of(const std::optional<time_point>& at)
{
    return at ? json::value(milliseconds_of(*at)) : json::value(nullptr);
}

std::string text(const json::object& from, std::string_view key)
{
    return json::value_to<std::string>(from.at(view(key)));
}

std::optional<time_point> maybe_time(const json::object& from, std::string_view key)
{
    const auto& value = from.at(view(key));
    if (value.is_null())
        return std::nullopt;
    return time_of(value.to_number<std::int64_t>());
}

template <class Choice>
Choice choice(const json::object& from, std::string_view key)
{
    const auto number = from.at(view(key)).to_number<std::uint64_t>();
    if (number >= names_of<Choice>.values.size())
        throw std::out_of_range("a choice this version does not know");
    return static_cast<Choice>(number);
}

quarantine_mode mode_in(const json::object& from)
{
    if (const auto mode = value_named<quarantine_mode>(text(from, "mode")))
        return *mode;
    throw std::out_of_range("a mode this version does not know");
}

action read_action(const json::object& from)
{
    action out;
    out.id = text(from, "id");
    out.account = text(from, "account");
    out.finding = text(from, "finding");
    out.resource = text(from, "resource");
    if (from.contains("use"))  // since 0.2
        out.use = text(from, "use");
    out.object_id = text(from, "object_id");
    out.address = text(from, "address");
    out.label = text(from, "label");
    out.measure = choice<measure>(from, "how");
    out.state = choice<action_state>(from, "state");
    out.mode = mode_in(from);
    out.summary = text(from, "summary");
    out.reason = text(from, "reason");
    out.impact = text(from, "breaks");
    if (from.contains("level"))  // since 0.2
        out.level = choice<severity>(from, "level");
    if (const auto* fields = from.if_contains("fields"))
        out.fields = json::value_to<std::vector<std::string>>(*fields);
    if (from.contains("fields_seen"))
        out.fields_seen = text(from, "fields_seen");
    if (from.contains("held_until"))
        out.held_until = maybe_time(from, "held_until");
    out.held = text(from, "held");
    out.undo = choice<undoing>(from, "undo");
    out.seen = text(from, "seen");
    out.identity_hash = text(from, "likeness");
    out.request = {text(from, "method"), text(from, "target"), text(from, "body")};
    out.before = text(from, "before");
    if (const auto* parts = from.if_contains("taken_along"))
        out.taken_along = json::value_to<std::vector<std::string>>(*parts);
    out.new_id = text(from, "new_id");
    out.outcome = text(from, "outcome");
    out.planned_at = maybe_time(from, "planned_at").value();
    out.expires_at = maybe_time(from, "expires_at");
    out.decided_at = maybe_time(from, "decided_at");
    if (from.contains("decided_by"))  // since 0.2
        out.decided_by = text(from, "decided_by");
    out.sent_at = maybe_time(from, "sent_at");
    out.ended_at = maybe_time(from, "ended_at");
    if (from.contains("seen_on_at"))
        out.seen_on_at = maybe_time(from, "seen_on_at");
    return out;
}

}  // namespace

std::string record_of(const action& action)
{
    json::object out{{"id", view(action.id)},
                     {"account", view(action.account)},
                     {"finding", view(action.finding)},
                     {"resource", view(action.resource)},
                     {"use", view(action.use)},
                     {"object_id", view(action.object_id)},
                     {"address", view(action.address)},
                     {"label", view(action.label)},
                     {"how", static_cast<int>(action.measure)},
                     {"state", static_cast<int>(action.state)},
                     {"mode", view(name_of(action.mode))},
                     {"summary", view(action.summary)},
                     {"reason", view(action.reason)},
                     {"breaks", view(action.impact)},
                     {"held", view(action.held)},
                     {"level", static_cast<int>(action.level)},
                     {"fields", json::value_from(action.fields)},
                     {"fields_seen", view(action.fields_seen)},
                     {"held_until", number_of(action.held_until)},
                     {"undo", static_cast<int>(action.undo)},
                     {"seen", view(action.seen)},
                     {"likeness", view(action.identity_hash)},
                     {"method", view(action.request.method)},
                     {"target", view(action.request.target)},
                     {"body", view(action.request.body)},
                     {"before", view(action.before)},
                     {"new_id", view(action.new_id)},
                     {"outcome", view(action.outcome)},
                     {"planned_at", number_of(action.planned_at)},
                     {"expires_at", number_of(action.expires_at)},
                     {"decided_at", number_of(action.decided_at)},
                     {"decided_by", view(action.decided_by)},
                     {"sent_at", number_of(action.sent_at)},
                     {"ended_at", number_of(action.ended_at)},
                     {"seen_on_at", number_of(action.seen_on_at)}};
    if (action.taken_along)
        out["taken_along"] = json::value_from(*action.taken_along);
    return json::serialize(out);
}

result<action> action_of(std::string_view record)
{
    boost::system::error_code wrong;
    const auto value = json::parse(view(record), wrong);
    if (wrong || !value.is_object())
        return failure{errc::not_understood, "the record of an action in the state file is not JSON"};
    try {
        return read_action(value.get_object());
    } catch (const std::exception& e) {
        return failure{errc::not_understood,
                       fmt::format("the record of an action is not as this version writes it: {}", e.what())};
    }
}

}  // namespace trunkwarden
