#include "findings/finding_record.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <fmt/format.h>

#include "catalogue/catalogue.hpp"
#include "catalogue/extra_resource.hpp"
#include "catalogue/names.hpp"
#include "findings/watch_cause.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::value number_of(time_point at)
{
    return milliseconds_of(at);
}

template <class Choice>
json::value number_of(const std::optional<Choice>& choice) requires std::is_enum_v<Choice>
{
    return choice ? json::value(static_cast<int>(*choice)) : json::value(nullptr);
}

json::value number_of(const std::optional<time_point>& at)
{
    return at ? number_of(*at) : json::value(nullptr);
}

json::value flag_or_null(const std::optional<bool>& known)
{
    return known ? json::value(*known) : json::value(nullptr);
}

json::value record_of_part(const actor& by)
{
    return {{"user_id", view(by.user_id)},
            {"made_by", view(by.made_by)},
            {"at", number_of(by.at)},
            {"email", view(by.email)},
            {"is_user", flag_or_null(by.is_user)},
            {"is_monitor", flag_or_null(by.is_monitor)}};
}

json::value record_of_part(const field_difference& field)
{
    return {{"field", view(field.field)},
            {"expected", text_or_null(field.expected)},
            {"actual", text_or_null(field.actual)},
            {"weight", static_cast<int>(field.weight)},
            {"looser", field.looser},
            {"mark", view(field.fingerprint)},
            {"exact", text_or_null(field.canonical_value)}};
}

json::array record_of_part(const std::vector<field_difference>& fields)
{
    json::array out;
    for (const auto& field : fields)
        out.push_back(record_of_part(field));
    return out;
}

json::value record_of_part(const std::optional<contained_state>& look)
{
    if (!look)
        return nullptr;
    return {{"at", number_of(look->at)}, {"fields", record_of_part(look->fields)}};
}

json::value record_of_part(const std::optional<exposure>& some)
{
    if (!some)
        return nullptr;
    return {
        {"per_minute", some->per_minute ? json::value(some->per_minute->millionths) : json::value(nullptr)},
        {"end", view(some->end)},
        {"until", some->until.millionths},
        {"refills", some->refills},
        {"currency", view(some->currency)}};
}

json::value record_of_part(const deviation& deviation)
{
    return {{"resource", view(deviation.type->name)},
            {"extra", deviation.type->is_extra},
            {"id", view(deviation.id)},
            {"address", view(deviation.address)},
            {"label", view(deviation.label)},
            {"kind", static_cast<int>(deviation.kind)},
            {"level", static_cast<int>(deviation.level)},
            {"kind_alone", number_of(deviation.kind_alone)},
            {"level_alone", number_of(deviation.level_alone)},
            {"fields", record_of_part(deviation.fields)},
            {"note", view(deviation.note)},
            {"touched", view(deviation.modified_at)},
            {"from_event", deviation.from_event},
            {"exposure", record_of_part(deviation.exposure)}};
}

json::array record_of_part(const std::vector<opening>& openings)
{
    json::array out;
    for (const auto& opening : openings)
        out.push_back({{"from", number_of(opening.from)}, {"to", number_of(opening.to)}});
    return out;
}

json::value record_of_part(const std::optional<acknowledgement>& acknowledged)
{
    if (!acknowledged)
        return nullptr;
    return {{"reason", view(acknowledged->reason)},
            {"at", number_of(acknowledged->at)},
            {"until", number_of(acknowledged->until)},
            {"by", view(acknowledged->by)}};
}

// Reads members; one that is not as record_of() wrote it throws, and the caller turns that into a failure.
class reader {
public:
    explicit reader(const json::value& from) : object_(from.as_object()) {}

    std::string text(std::string_view key) const
    {
        return json::value_to<std::string>(object_.at(view(key)));
    }
    std::optional<std::string> maybe_text(std::string_view key) const
    {
        const auto& value = object_.at(view(key));
        return value.is_null() ? std::nullopt : std::optional(json::value_to<std::string>(value));
    }
    // Of a member that records did not always have.
    std::optional<std::string> late_text(std::string_view key) const
    {
        return object_.if_contains(view(key)) == nullptr ? std::nullopt : maybe_text(key);
    }
    std::optional<time_point> late_time(std::string_view key) const
    {
        return object_.if_contains(view(key)) == nullptr ? std::nullopt : maybe_time(key);
    }
    std::optional<bool> late_flag(std::string_view key) const
    {
        const auto* value = object_.if_contains(view(key));
        return value == nullptr || value->is_null() ? std::nullopt : std::optional(value->as_bool());
    }
    // nullptr in records from before it was kept.
    const json::value* late_member(std::string_view key) const { return object_.if_contains(view(key)); }
    bool flag(std::string_view key) const { return object_.at(view(key)).as_bool(); }
    time_point time(std::string_view key) const { return as_time(object_.at(view(key))); }
    std::optional<time_point> maybe_time(std::string_view key) const
    {
        const auto& value = object_.at(view(key));
        return value.is_null() ? std::nullopt : std::optional(as_time(value));
    }
    std::uint64_t count(std::string_view key) const
    {
        return json::value_to<std::uint64_t>(object_.at(view(key)));
    }
    template <class Choice>
    Choice choice(std::string_view key) const
    {
        const auto number = count(key);
        if (number >= names_of<Choice>.values.size())
            throw std::out_of_range("a choice this version does not know");
        return static_cast<Choice>(number);
    }
    template <class Choice>
    std::optional<Choice> late_choice(std::string_view key) const
    {
        const auto* value = object_.if_contains(view(key));
        return value == nullptr || value->is_null() ? std::nullopt : std::optional(choice<Choice>(key));
    }
    const json::value& member(std::string_view key) const { return object_.at(view(key)); }

private:
    static time_point as_time(const json::value& value) { return time_of(value.to_number<std::int64_t>()); }
    const json::object& object_;
};

actor actor_of(const json::value& from)
{
    const reader read(from);
    return {.user_id = read.text("user_id"),
            .made_by = read.text("made_by"),
            .at = read.time("at"),
            .email = read.late_text("email").value_or(""),
            .is_user = read.late_flag("is_user"),
            .is_monitor = read.late_flag("is_monitor")};
}

// An extra resource may be in the settings of the daemon, and not in the file any more.
const resource_type& type_named(const std::string& name, bool is_extra)
{
    if (const auto* cause = find_watch_cause(name))
        return *cause;
    const auto* found = find_resource(name);
    if (found == nullptr && is_extra)
        return stand_in_for(name);
    if (found == nullptr)
        throw std::out_of_range("a resource this version does not watch");
    return *found;
}

std::vector<field_difference> fields_of(const json::value& from)
{
    std::vector<field_difference> out;
    for (const auto& entry : from.as_array()) {
        const reader field(entry);
        out.push_back({.field = field.text("field"),
                       .expected = field.maybe_text("expected"),
                       .actual = field.maybe_text("actual"),
                       .weight = field.choice<severity>("weight"),
                       .looser = field.flag("looser"),
                       .fingerprint = field.text("mark"),
                       .canonical_value = field.late_text("exact")});
    }
    return out;
}

exposure exposure_in(const json::value& from)
{
    const reader read(from);
    exposure out;
    if (const auto& limit = read.member("per_minute"); !limit.is_null())
        out.per_minute = amount{limit.to_number<std::int64_t>()};
    out.end = read.text("end");
    out.until.millionths = read.member("until").to_number<std::int64_t>();
    out.refills = read.flag("refills");
    out.currency = read.text("currency");
    return out;
}

deviation deviation_of(const json::value& from)
{
    const reader read(from);
    deviation out;
    const auto resource = read.text("resource");
    if (resource != former_resource)
        out.type = &type_named(resource, read.late_flag("extra").value_or(false));
    out.id = read.text("id");
    out.address = read.text("address");
    out.label = read.text("label");
    out.kind = read.choice<deviation_kind>("kind");
    out.level = read.choice<severity>("level");
    out.kind_alone = read.late_choice<deviation_kind>("kind_alone");
    out.level_alone = read.late_choice<severity>("level_alone");
    out.fields = fields_of(read.member("fields"));
    out.note = read.text("note");
    out.modified_at = read.text("touched");
    out.from_event = read.flag("from_event");
    if (const auto* some = read.late_member("exposure"); some != nullptr && !some->is_null())
        out.exposure = exposure_in(*some);
    if (out.type == nullptr)
        file_under_its_cause(out);
    return out;
}

std::vector<opening> openings_in(const json::value& from)
{
    std::vector<opening> out;
    for (const auto& entry : from.as_array()) {
        const reader reader(entry);
        out.push_back({reader.time("from"), reader.time("to")});
    }
    return out;
}

finding read_finding(const json::value& from)
{
    const reader read(from);
    finding out;
    out.id = read.text("id");
    out.account = read.text("account");
    out.deviation = deviation_of(read.member("what"));
    out.title = read.text("title");
    out.status = read.choice<finding_status>("status");
    out.first_seen = read.time("first_seen");
    out.last_seen = read.time("last_seen");
    out.opened = read.time("opened");
    out.last_changed = read.time("altered");
    out.unchanged_until = read.time("unaltered_until");
    out.occurrences = static_cast<unsigned>(read.count("times"));
    out.absent_since = read.maybe_time("gone_since");
    out.resolved_at = read.maybe_time("resolved_at");
    if (const auto& acknowledged = read.member("acknowledged"); !acknowledged.is_null()) {
        const reader given(acknowledged);
        out.acknowledged = acknowledgement{given.text("reason"), given.time("at"), given.maybe_time("until"),
                                           given.late_text("by").value_or("")};
    }
    if (const auto& by = read.member("by"); !by.is_null())
        out.by = actor_of(by);
    out.trail = read.choice<audit_trail>("trail");
    out.contained = read.flag("contained");
    out.incident = read.text("incident");
    out.last_notified = read.time("told");
    out.max_severity = read.choice<severity>("heaviest");
    out.quarantine = read.late_text("quarantine").value_or("");
    out.state_since = read.late_time("state_since").value_or(time_point{});
    out.back_since = read.late_time("back_since");
    if (const auto* earlier = read.late_member("earlier"))
        out.earlier = openings_in(*earlier);
    if (const auto* harmless = read.late_member("harmless"); harmless != nullptr && !harmless->is_null()) {
        const reader look(*harmless);
        out.contained_as = contained_state{look.time("at"), fields_of(look.member("fields"))};
    }
    return out;
}

audit_event read_audit_event(const json::value& from)
{
    const reader read(from);
    audit_event out;
    out.id = read.text("id");
    out.by = actor_of(read.member("by"));
    out.change_type = read.text("change_type");
    out.resource_id = read.text("resource_id");
    out.alternate_id = read.text("alternate_id");
    out.record_type = read.text("record_type");
    for (const auto& entry : read.member("changes").as_array()) {
        const reader change(entry);
        out.changes.push_back({change.text("field"), change.text("from"), change.text("to")});
    }
    return out;
}

template <class T>
result<T> parse(std::string_view record, T (*read)(const json::value&))
{
    boost::system::error_code wrong;
    const auto value = json::parse(view(record), wrong);
    if (wrong)
        return failure{errc::not_understood, "a record of the state file is not JSON: " + wrong.message()};
    try {
        return read(value);
    } catch (const std::exception& e) {
        return failure{
            errc::not_understood,
            fmt::format("a record of the state file is not as this version writes it: {}", e.what())};
    }
}

}  // namespace

std::string record_of(const finding& f)
{
    const json::object out{{"id", view(f.id)},
                           {"account", view(f.account)},
                           {"what", record_of_part(f.deviation)},
                           {"title", view(f.title)},
                           {"status", static_cast<int>(f.status)},
                           {"first_seen", number_of(f.first_seen)},
                           {"last_seen", number_of(f.last_seen)},
                           {"opened", number_of(f.opened)},
                           {"altered", number_of(f.last_changed)},
                           {"unaltered_until", number_of(f.unchanged_until)},
                           {"times", f.occurrences},
                           {"gone_since", number_of(f.absent_since)},
                           {"resolved_at", number_of(f.resolved_at)},
                           {"acknowledged", record_of_part(f.acknowledged)},
                           {"by", f.by ? record_of_part(*f.by) : json::value(nullptr)},
                           {"trail", static_cast<int>(f.trail)},
                           {"contained", f.contained},
                           {"incident", view(f.incident)},
                           {"told", number_of(f.last_notified)},
                           {"heaviest", static_cast<int>(f.max_severity)},
                           {"quarantine", view(f.quarantine)},
                           {"harmless", record_of_part(f.contained_as)},
                           {"state_since", number_of(f.state_since)},
                           {"back_since", number_of(f.back_since)},
                           {"earlier", record_of_part(f.earlier)}};
    return json::serialize(out);
}

result<finding> finding_of(std::string_view record)
{
    return parse(record, read_finding);
}

std::string record_of(const audit_event& event)
{
    json::array changes;
    for (const auto& change : event.changes)
        changes.push_back(
            {{"field", view(change.field)}, {"from", view(change.from)}, {"to", view(change.to)}});
    const json::object out{{"id", view(event.id)},
                           {"by", record_of_part(event.by)},
                           {"change_type", view(event.change_type)},
                           {"resource_id", view(event.resource_id)},
                           {"alternate_id", view(event.alternate_id)},
                           {"record_type", view(event.record_type)},
                           {"changes", std::move(changes)}};
    return json::serialize(out);
}

result<audit_event> audit_event_of(std::string_view record)
{
    return parse(record, read_audit_event);
}

}  // namespace trunkwarden
