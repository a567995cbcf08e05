#include "findings/title.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "destinations/destination.hpp"
#include "findings/watch_cause.hpp"
#include "snapshot/accepted_secrets.hpp"
#include "support/escape.hpp"
#include "use/traffic.hpp"

namespace trunkwarden {
namespace {

std::string capitalised(std::string_view text)
{
    std::string out(text);
    if (!out.empty())
        out.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(out.front())));
    return out;
}

const watched_field* field_of(const resource_type& type, std::string_view name)
{
    const auto* found = std::ranges::find(type.fields, name, &watched_field::name);
    return found == type.fields.end() ? nullptr : found;
}

// Adds the meaning of a value beyond itself: the country behind a number, the name behind an id.
std::string with_meaning(const resource_type& type, std::string_view field_name,
                         const std::optional<std::string>& value, const object_names& names)
{
    if (!value)
        return "nothing";
    const auto* field = field_of(type, field_name);
    if (field != nullptr && field->kind == value_kind::e164 && field->name != type.id)
        return fmt::format("{}: {}", *value, describe(weigh_destination(*value)));
    if (field != nullptr && field->kind == value_kind::identifier)
        if (const auto named = names.find(*value); named != names.end())
            return named->second;
    return *value;
}

std::string actual(const deviation& deviation, const field_difference& difference, const object_names& names)
{
    return with_meaning(*deviation.type, difference.field, difference.actual, names);
}

std::string expected(const deviation& deviation, const field_difference& difference,
                     const object_names& names)
{
    const auto* field = field_of(*deviation.type, difference.field);
    if (field != nullptr && field->kind == value_kind::identifier)
        return with_meaning(*deviation.type, difference.field, difference.expected, names);
    return difference.expected.value_or("nothing");
}

const field_difference* find(const deviation& deviation, std::string_view name)
{
    const auto found = std::ranges::find(deviation.fields, name, &field_difference::field);
    return found == deviation.fields.end() ? nullptr : &*found;
}

// Where an object leads or hangs: the words that make a title worth reading on a phone.
std::string context(const deviation& deviation, const object_names& names)
{
    std::string out;
    for (const std::string_view name : {"forwards_to", "translated_number"})
        if (const auto* to = find(deviation, name))
            out += " to " + actual(deviation, *to, names);
    if (!is_index(*deviation.type))
        if (const auto* on = find(deviation, "connection_id"); on != nullptr && on->actual != several_senders)
            out += " on connection " + actual(deviation, *on, names);
    for (const std::string_view name : {"voice_url", "webhook_event_url", "webhook_url"})
        if (const auto* at = find(deviation, name))
            return out + " at " + *at->actual;
    return out;
}

// A message shows the first 400 bytes of a title: a name that somebody chose, or an order about a hundred
// numbers, must not push out what follows.
std::string short_label(const deviation& deviation)
{
    constexpr std::size_t most = 120;
    return deviation.label.size() <= most ? deviation.label : printable(deviation.label, most);
}

std::string subject(const deviation& deviation)
{
    const auto noun = capitalised(deviation.type->noun);
    return deviation.label.empty() || deviation.label == deviation.type->name
               ? noun
               : fmt::format("{} {}", noun, short_label(deviation));
}

std::string at_time(const std::string& modified)
{
    return modified.empty() ? std::string() : " at " + modified;
}

std::string and_more(const deviation& deviation)
{
    return deviation.fields.size() > 1 ? fmt::format(" (and {} more)", deviation.fields.size() - 1)
                                       : std::string();
}

std::string change(const deviation& deviation, const object_names& names)
{
    const auto heaviest = std::ranges::max_element(deviation.fields, {}, [](const field_difference& field) {
        return std::pair{field.looser, field.weight};
    });
    if (heaviest == deviation.fields.end())
        return {};
    if (!deviation.type->last_used.empty() && heaviest->field == deviation.type->last_used)
        return fmt::format("it was used at {}, after nobody had used it since {}{}",
                           heaviest->actual.value_or(""), heaviest->expected.value_or(""),
                           and_more(deviation));
    if (heaviest->field == use_without_owner)
        return fmt::format("it was used at {}, after its owner was removed (no user any more at {}){}",
                           heaviest->actual.value_or(""), heaviest->expected.value_or(""),
                           and_more(deviation));
    auto out = heaviest->expected == secret_kept_back && heaviest->actual == secret_not_shown
                   ? fmt::format("{} may be another one: it is not shown, and the object was changed{}",
                                 heaviest->field, at_time(deviation.modified_at))
               : heaviest->expected == secret_kept_back
                   ? fmt::format("its {} was changed", heaviest->field)
                   : fmt::format("{} is {}; expected: {}", heaviest->field,
                                 actual(deviation, *heaviest, names), expected(deviation, *heaviest, names));
    return out + and_more(deviation);
}

// The change of a value of which an audit event keeps only whether it was there (audit_event.hpp).
std::string became(const field_difference& field)
{
    const auto open = [](const std::optional<std::string>& value) {
        return !value || *value == "true" || *value == "false";
    };
    if (!open(field.expected) || !open(field.actual))
        return !field.actual ? " was removed" : !field.expected ? " was set" : " was replaced";
    if (!field.expected && !field.actual)
        return {};
    return fmt::format(" is {}, was {}", field.actual.value_or("nothing"),
                       field.expected.value_or("nothing"));
}

// The label names the object and its owner, the note the actor.
std::string title_of_event(const deviation& deviation)
{
    auto out = fmt::format("{} changed: {}", capitalised(deviation.type->noun), deviation.label);
    if (!deviation.fields.empty())
        out += became(deviation.fields.front());
    out += and_more(deviation);
    return deviation.note.empty() ? out : out + ", " + deviation.note;
}

std::string title_of_cause(const deviation& deviation)
{
    if (deviation.type == &watch_cause::baseline_file)
        return fmt::format(
            "Baseline of account {} is not the one that was signed; the last good one stays active",
            deviation.label);
    if (deviation.kind == deviation_kind::changed && !deviation.fields.empty())
        return fmt::format(
            "Memory lost, quarantine frozen: {}; look for what people undid and rejected, then \"trunkwarden "
            "quarantine thaw\"",
            deviation.fields.front().actual.value_or(std::string()));
    const auto* const begins = deviation.type == &watch_cause::clock        ? "Clock"
                               : deviation.type == &watch_cause::state_file ? "Cannot remember"
                                                                            : "Not watched";
    return fmt::format("{}: {}", begins, deviation.note);
}

std::string remark_in(const deviation& deviation)
{
    return deviation.note.empty() ? std::string() : "; " + deviation.note;
}

}  // namespace

std::string title_of(const deviation& deviation, const object_names& names)
{
    if (deviation.from_event)
        return title_of_event(deviation);
    if (is_watch_cause(*deviation.type))
        return title_of_cause(deviation);
    const auto named = deviation.label.empty() || deviation.label == deviation.type->name
                           ? std::string(deviation.type->noun)
                           : fmt::format("{} {}", deviation.type->noun, short_label(deviation));
    switch (deviation.kind) {
        case deviation_kind::unknown:
            return fmt::format("Unknown {}{}{}", named, context(deviation, names), remark_in(deviation));
        case deviation_kind::changed:
            return fmt::format("{} changed: {}{}", subject(deviation), change(deviation, names),
                               remark_in(deviation));
        case deviation_kind::weakened:
            return fmt::format("{} weakened: {}{}", subject(deviation), change(deviation, names),
                               remark_in(deviation));
        case deviation_kind::missing:
            return fmt::format("{} is missing", subject(deviation));
        case deviation_kind::recreated:
            return fmt::format("{} came back after containment{}{}", subject(deviation),
                               context(deviation, names), remark_in(deviation));
        case deviation_kind::expired:
            return fmt::format("Trust in {} {}", named, deviation.note);
        case deviation_kind::exceeded:
            return fmt::format("{} exceeded: {}", subject(deviation), deviation.note);
        case deviation_kind::blind:
            return fmt::format("Cannot see {}: {}", deviation.type->name, deviation.note);
    }
    return {};
}

}  // namespace trunkwarden
