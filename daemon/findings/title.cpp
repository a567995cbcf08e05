#include "findings/title.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "destinations/destination.hpp"
#include "findings/coverage.hpp"
#include "findings/distrust.hpp"

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

// What a value means beyond itself: the country behind a number, the name behind an id.
std::string with_meaning(const resource_type& type, std::string_view field_name,
                         const std::optional<std::string>& value, const namebook& names)
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

std::string actual(const deviation& what, const field_difference& difference, const namebook& names)
{
    return with_meaning(*what.type, difference.field, difference.actual, names);
}

std::string expected(const deviation& what, const field_difference& difference, const namebook& names)
{
    const auto* field = field_of(*what.type, difference.field);
    if (field != nullptr && field->kind == value_kind::identifier)
        return with_meaning(*what.type, difference.field, difference.expected, names);
    return difference.expected.value_or("nothing");
}

const field_difference* find(const deviation& what, std::string_view name)
{
    const auto found = std::ranges::find(what.fields, name, &field_difference::field);
    return found == what.fields.end() ? nullptr : &*found;
}

// Where an object leads or hangs: the words that make a title worth reading on a phone.
std::string context(const deviation& what, const namebook& names)
{
    std::string out;
    for (const std::string_view name : {"forwards_to", "translated_number"})
        if (const auto* to = find(what, name))
            out += " to " + actual(what, *to, names);
    if (!is_index(*what.type))
        if (const auto* on = find(what, "connection_id"))
            out += " on connection " + actual(what, *on, names);
    for (const std::string_view name : {"voice_url", "webhook_event_url", "webhook_url"})
        if (const auto* at = find(what, name))
            return out + " at " + *at->actual;
    return out;
}

std::string subject(const deviation& what)
{
    const auto noun = capitalised(what.type->noun);
    return what.label.empty() || what.label == what.type->name ? noun
                                                               : fmt::format("{} {}", noun, what.label);
}

std::string change(const deviation& what, const namebook& names)
{
    const auto heaviest = std::ranges::max_element(what.fields, {}, [](const field_difference& field) {
        return std::pair{field.looser, field.weight};
    });
    if (heaviest == what.fields.end())
        return {};
    auto out = heaviest->expected == "(secret)"
                   ? fmt::format("{} is not the one that was accepted", heaviest->field)
                   : fmt::format("{} is {}, trusted is {}", heaviest->field, actual(what, *heaviest, names),
                                 expected(what, *heaviest, names));
    if (what.fields.size() > 1)
        out += fmt::format(" (and {} more)", what.fields.size() - 1);
    return out;
}

// What became of a value of which an audit event keeps only whether it was there (audit_event.hpp).
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

// The label says of what and of whom, the note by whom.
std::string title_of_event(const deviation& what)
{
    auto out = fmt::format("{} changed: {}", capitalised(what.type->noun), what.label);
    if (!what.fields.empty())
        out += became(what.fields.front());
    if (what.fields.size() > 1)
        out += fmt::format(" (and {} more)", what.fields.size() - 1);
    return what.note.empty() ? out : out + ", " + what.note;
}

}  // namespace

std::string title_of(const deviation& what, const namebook& names)
{
    if (what.from_event)
        return title_of_event(what);
    if (what.type == &whole_account && what.id == baseline_file_id)
        return fmt::format(
            "Baseline of account {} is not the one that was signed; the last good one stays in force",
            what.label);
    const auto named = what.label.empty() || what.label == what.type->name
                           ? std::string(what.type->noun)
                           : fmt::format("{} {}", what.type->noun, what.label);
    switch (what.kind) {
        case deviation_kind::unknown:
            return fmt::format("Unknown {}{}", named, context(what, names));
        case deviation_kind::changed:
            return fmt::format("{} changed: {}", subject(what), change(what, names));
        case deviation_kind::weakened:
            return fmt::format("{} weakened: {}", subject(what), change(what, names));
        case deviation_kind::missing:
            return fmt::format("{} is missing", subject(what));
        case deviation_kind::recreated:
            return fmt::format("{} came back after containment{}", subject(what), context(what, names));
        case deviation_kind::expired:
            return fmt::format("Trust in {} {}", named, what.note);
        case deviation_kind::blind:
            return what.id == "state_file" ? fmt::format("Cannot remember: {}", what.note)
                                           : fmt::format("Cannot see {}: {}", what.type->name, what.note);
    }
    return {};
}

}  // namespace trunkwarden
