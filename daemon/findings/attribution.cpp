#include "findings/attribution.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

#include "audit/audit_words.hpp"
#include "catalogue/catalogue.hpp"
#include "findings/actor_words.hpp"
#include "findings/credential_keywords.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

// Clocks differ, and a list is read while somebody changes it.
constexpr auto clocks_differ_by = std::chrono::minutes(1);

bool same_name(const std::string& a, const std::string& b)
{
    return !a.empty() && a == b;
}

// One path is the other, or a part of it: "outbound" and "outbound.channel_limit".
bool one_path_holds_the_other(std::string_view a, std::string_view b)
{
    if (a.size() > b.size())
        std::swap(a, b);
    return !a.empty() && b.starts_with(a) && (b.size() == a.size() || b[a.size()] == '.');
}

std::string_view path_of(const resource_type& type, std::string_view field)
{
    const auto* known = std::ranges::find(type.fields, field, &watched_field::name);
    return known == type.fields.end() ? field : known->path;
}

bool names_a_field_of(const audit_event& event, const deviation& deviation)
{
    return std::ranges::any_of(event.changes, [&deviation](const audit_change& change) {
        return std::ranges::any_of(deviation.fields, [&](const field_difference& differs) {
            return one_path_holds_the_other(change.field, differs.field) ||
                   one_path_holds_the_other(change.field, path_of(*deviation.type, differs.field));
        });
    });
}

// change_type is a free string of which only "update" is documented.
bool says(const audit_event& event, std::initializer_list<std::string_view> verbs)
{
    const auto type = to_lower(event.change_type);
    return std::ranges::any_of(
        verbs, [&type](std::string_view verb) { return type.find(verb) != std::string::npos; });
}

// Whether an event is of the sort that leads to such a deviation.
bool explains(const audit_event& event, const deviation& deviation)
{
    switch (deviation.kind) {
        case deviation_kind::unknown:
        case deviation_kind::recreated:
            return says(event, {"create", "add", "insert", "invite", "new"});
        case deviation_kind::missing:
            return says(event, {"delete", "remove", "destroy", "cancel"});
        case deviation_kind::changed:
        case deviation_kind::weakened:
            return names_a_field_of(event, deviation);
        case deviation_kind::blind:
        case deviation_kind::expired:
        case deviation_kind::exceeded:
            break;
    }
    return false;
}

// Whether the record type says that an event is not about a way into the account. No object that was read has
// the event's id: the object was created a moment ago, or is gone by now, or is of a kind nobody watches.
bool says_it_is_another_thing(std::string_view record_type)
{
    constexpr std::array<std::string_view, 6> parts{"connection", "application", "profile",
                                                    "number",     "channel",     "verif"};
    return std::ranges::any_of(parts, [record_type](std::string_view part) {
        return record_type.find(part) != std::string_view::npos;
    });
}

bool grants_access(const resource_type& type)
{
    return type.role == resource_role::users || type.role == resource_role::api_keys ||
           type.role == resource_role::two_factor;
}

// Users and keys are named by UUIDs; connections, profiles and numbers by digits.
bool has_digits_for_an_id(const audit_event& event)
{
    return !event.resource_id.empty() &&
           event.resource_id.find_first_not_of("0123456789") == std::string::npos;
}

// An address is text: "email": true says whether there is one, or whether mail is wanted.
bool shows(const audit_change& change, credential_kind matter)
{
    return matter != credential_kind::email || change.from == redacted || change.to == redacted;
}

const resource_type& filed_under(credential_kind matter)
{
    switch (matter) {
        case credential_kind::two_factor:
            return resource_of(resource_role::two_factor);
        case credential_kind::api_key:
            return resource_of(resource_role::api_keys);
        case credential_kind::password:
        case credential_kind::email:
            break;
    }
    return resource_of(resource_role::users);
}

std::optional<std::string> shown(const std::string& value)
{
    return value.empty() ? std::nullopt : std::optional(value);
}

field_difference difference(const audit_change& change)
{
    return {.field = change.field,
            .expected = shown(change.from),
            .actual = shown(change.to),
            .weight = severity::high,
            .looser = change.from == "true" && change.to == "false"};
}

// "two_factor_enabled of user dana@example.com"
std::string label_of(const std::string& field, const audit_event& event, const audited_object& about,
                     const resource_type& type)
{
    const auto& whose = about.label.empty() ? event.resource_id : about.label;
    if (whose.empty())
        return field;
    const bool is_user = about.type != nullptr ? about.type->role == resource_role::users
                                               : event.resource_id == event.by.user_id;
    return fmt::format("{} of {}{}", field, is_user && type.role != resource_role::users ? "user " : "",
                       whose);
}

std::string by(const actor& who)
{
    const auto words = words_of(who);
    return words.empty() ? words : "by " + words;
}

using matters = std::vector<std::pair<credential_kind, audit_change>>;

matters matters_of(const audit_event& event, const audited_object& about)
{
    matters out;
    for (const auto& change : event.changes)
        if (const auto matter = credential_kind_of(change.field); matter && shows(change, *matter))
            out.emplace_back(*matter, change);
    if (!out.empty())
        return out;
    if (const auto matter = credential_kind_of(event.change_type))
        return {{*matter, {event.change_type, {}, {}}}};
    // A key that its list shows is that list's to report.
    const auto matter = credential_kind_of(event.record_type);
    if (about.type == nullptr &&
        (matter == credential_kind::two_factor || matter == credential_kind::api_key))
        return {{*matter, {fmt::format("{} of {}", event.change_type, event.record_type), {}, {}}}};
    return {};
}

void file(const matters::value_type& matter, const audit_event& event, std::vector<deviation>& into)
{
    const auto& type = filed_under(matter.first);
    auto at = std::ranges::find(into, &type, &deviation::type);
    if (at == into.end()) {
        deviation fresh;
        fresh.type = &type;
        fresh.id = event.id;
        fresh.kind = deviation_kind::changed;
        fresh.level = severity::high;
        fresh.note = by(event.by);
        fresh.modified_at = rfc3339(event.by.at);
        fresh.from_event = true;
        at = into.insert(into.end(), std::move(fresh));
    }
    at->fields.push_back(difference(matter.second));
}

}  // namespace

bool concerns(const audit_event& event, const deviation& deviation)
{
    if (deviation.from_event)
        return same_name(event.id, deviation.id);
    if (!has_ids_of_the_api(*deviation.type))
        return false;
    return same_name(event.resource_id, deviation.id) || same_name(event.resource_id, deviation.address) ||
           same_name(event.alternate_id, deviation.id) || same_name(event.alternate_id, deviation.address);
}

std::optional<actor> attribute(const deviation& deviation, const std::deque<audit_event>& events,
                               time_point before)
{
    const audit_event* newest = nullptr;
    const audit_event* telling = nullptr;
    for (const auto& event : events) {
        if (event.by.at > before + clocks_differ_by || !concerns(event, deviation))
            continue;
        if (newest == nullptr || event.by.at >= newest->by.at)
            newest = &event;
        if (explains(event, deviation) && (telling == nullptr || event.by.at >= telling->by.at))
            telling = &event;
    }
    if (telling != nullptr)
        return telling->by;
    return newest == nullptr ? std::nullopt : std::optional(newest->by);
}

std::vector<deviation> deviations_in(const audit_event& event, const audited_object& about)
{
    const bool another_thing =
        about.type != nullptr ? !grants_access(*about.type) : says_it_is_another_thing(event.record_type);
    if (another_thing)
        return {};
    std::vector<deviation> out;
    for (const auto& matter : matters_of(event, about))
        if (matter.first == credential_kind::two_factor || about.type != nullptr ||
            !has_digits_for_an_id(event))
            file(matter, event, out);
    for (auto& found : out) {
        std::ranges::stable_sort(found.fields, std::ranges::greater{}, &field_difference::looser);
        found.label = label_of(found.fields.front().field, event, about, *found.type);
    }
    return out;
}

bool is_about_two_factor(const audit_event& event, const audited_object& about)
{
    return std::ranges::any_of(deviations_in(event, about), [](const deviation& found) {
        return found.type->role == resource_role::two_factor;
    });
}

}  // namespace trunkwarden
