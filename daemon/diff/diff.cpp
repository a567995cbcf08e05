#include "diff/diff.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>
#include <utility>

#include "baseline/accepts.hpp"
#include "destinations/destination.hpp"
#include "diff/loosening.hpp"
#include "snapshot/canonical.hpp"
#include "snapshot/field_of.hpp"
#include "snapshot/fingerprint.hpp"
#include "support/clock.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

std::optional<std::string> shown(const watched_field& field, std::string_view value)
{
    if (value.empty())
        return std::nullopt;
    if (field.kind == value_kind::secret)
        return std::string(value == not_shown ? secret_not_shown : secret_kept_back);
    return for_display(field.kind, value);
}

std::optional<std::string> shown(const watched_field& field, const constraint& expected)
{
    if (expected.any_of.size() == 1)
        return shown(field, expected.any_of.front().text);
    std::string out;
    constexpr std::size_t max_listed = 5;  // of a list that names a thousand numbers
    for (std::size_t at = 0; at < std::min(max_listed, expected.any_of.size()); ++at)
        out += (at == 0 ? "" : " or ") + for_display(field.kind, expected.any_of[at].text);
    if (expected.any_of.size() > max_listed)
        out += fmt::format(" or {} more", expected.any_of.size() - max_listed);
    return out;
}

std::string fingerprint_of(const watched_field& field, std::string_view value)
{
    return field.kind == value_kind::secret ? std::string(value) : std::string{};
}

std::optional<std::string> canonical_value_of(const watched_field& field, std::string_view value)
{
    return field.kind == value_kind::secret ? std::nullopt : std::optional(std::string(value));
}

// A number that calls are sent to is as severe as the calls will be dear.
severity weigh(const resource_type& type, const watched_field& field, std::string_view value,
               severity otherwise)
{
    const bool sends_calls_there = field.kind == value_kind::e164 && field.name != type.id;
    if (sends_calls_there && !value.empty() && costs_dearly(weigh_destination(value).risk))
        return severity::critical;
    return otherwise;
}

deviation about(const resource_type& type, const object_view& object, deviation_kind kind)
{
    deviation out;
    out.type = &type;
    out.id = object.id();
    out.address = object.address();
    out.label = object.label();
    out.kind = kind;
    out.modified_at = object.modified_at();
    return out;
}

void settle_severity(deviation& found)
{
    for (const auto& field : found.fields)
        found.level = std::max(found.level, field.weight);
}

// Until when somebody has to answer; "" where nothing happens automatically. Points in time and not the time
// that is left: that would be wrong a minute later in every message, and would be another state of the
// finding.
std::string words_for_silence(const resource_type& type, const object_view& object)
{
    const auto& silence = type.silence;
    if (!silence.possible() || field_of(type, object, silence.while_shown.path) != silence.while_shown.value)
        return {};
    const auto since = parse_time(field_of(type, object, silence.since));
    if (!since)
        return fmt::format("{} it at once: without an answer, {} within {} to {} hours", type.contain.verb,
                           silence.says, silence.earliest.count(), silence.latest.count());
    return fmt::format("{} it before {}: without an answer, {} between then and {}", type.contain.verb,
                       rfc3339(*since + silence.earliest), silence.says, rfc3339(*since + silence.latest));
}

deviation unknown(const resource_type& type, const object_view& object)
{
    auto out = about(type, object, deviation_kind::unknown);
    out.level = type.when_unknown;
    out.note = words_for_silence(type, object);
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto value = object.field(at);
        if (value.empty())
            continue;
        const auto& field = type.fields[at];
        out.fields.push_back({std::string(field.name), std::nullopt, shown(field, value),
                              weigh(type, field, value, severity::info), false, fingerprint_of(field, value),
                              canonical_value_of(field, value)});
    }
    settle_severity(out);
    return out;
}

deviation expired(const resource_type& type, const object_view& object, const entry& by)
{
    auto out = unknown(type, object);
    out.kind = deviation_kind::expired;
    out.level = severity::high;
    const auto deadline = std::exchange(out.note, fmt::format("expired on {}", iso_date(*by.expires)));
    if (!deadline.empty())
        out.note.append("; ").append(deadline);
    return out;
}

field_difference difference(const resource_type& type, const object_view& object, const entry& by,
                            std::size_t at)
{
    const auto& field = type.fields[at];
    const auto value = object.field(at);
    const auto* expected = constraint_on(by, at);
    const bool looser = expected != nullptr && got_looser(field, *expected, value);
    return {.field = std::string(field.name),
            .expected = expected != nullptr ? shown(field, *expected) : std::nullopt,
            .actual = shown(field, value),
            .weight = weigh(type, field, value, looser ? field.when_loosened : field.when_changed),
            .looser = looser,
            .fingerprint = fingerprint_of(field, value),
            .canonical_value = canonical_value_of(field, value)};
}

// For a secret that is not shown, only the date of its object is known: every later change is news. It is
// less severe than one that was seen, because it may be about another member; but not where the secret was
// shown before, which is how it looks when a thief sets one of asterisks.
field_difference changed_secret(const watched_field& field, const object_view& object, std::size_t at,
                                bool was_shown)
{
    const auto value = object.field(at);
    const bool is_hidden = value == not_shown;
    return {
        .field = std::string(field.name),
        .expected = std::string(secret_kept_back),
        .actual = shown(field, value),
        .weight = is_hidden && !was_shown ? std::min(field.when_changed, severity::high) : field.when_changed,
        .looser = false,
        .fingerprint = is_hidden ? dated_fingerprint(object, at) : std::string(value)};
}

std::vector<field_difference> changed_secrets(const resource_type& type, const accepted_secrets& secrets,
                                              const object_view& object)
{
    std::vector<field_difference> out;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (field.kind == value_kind::secret && secrets.changed(type, object, at))
            out.push_back(changed_secret(field, object, at, secrets.was_shown(type, object, at)));
    }
    return out;
}

// A key of an application that was given up is used by somebody who found it.
field_difference used_again(const resource_type& type, const use_after_rest& use)
{
    return {.field = std::string(type.last_used),
            .expected = rfc3339(use.idle_since),
            .actual = rfc3339(use.used_at),
            .weight = severity::high};
}

// A person who left, or was thrown out, takes his keys along.
field_difference used_without_owner(const use_after_removal& use)
{
    return {.field = std::string(use_without_owner),
            .expected = rfc3339(use.owner_gone_since),
            .actual = rfc3339(use.used_at),
            .weight = severity::high};
}

std::optional<deviation> judge_object(const resource_type& type, const trusted_state& trusted,
                                      const object_view& object)
{
    const auto judged = judge(type, trusted.entries, object, trusted.today);
    if (judged.verdict == trust::unknown)
        return unknown(type, object);
    if (judged.verdict == trust::expired)
        return expired(type, object, *judged.by);

    auto out = about(type, object, deviation_kind::changed);
    out.note = words_for_silence(type, object);
    for (const auto field : judged.differing)
        out.fields.push_back(difference(type, object, *judged.by, field));
    for (auto& secret : changed_secrets(type, trusted.secrets, object))
        out.fields.push_back(std::move(secret));
    if (const auto use = trusted.secrets.woke(type, object))
        out.fields.push_back(used_again(type, *use));
    if (const auto use = trusted.secrets.used_without_its_owner(type, object))
        out.fields.push_back(used_without_owner(*use));
    if (out.fields.empty())
        return std::nullopt;
    if (std::ranges::any_of(out.fields, &field_difference::looser))
        out.kind = deviation_kind::weakened;
    settle_severity(out);
    return out;
}

using id_set = std::unordered_set<std::string_view>;

id_set ids_in(const object_list& objects)
{
    id_set there;
    there.reserve(2 * count(objects));
    for (const auto& page : objects)
        for (std::size_t row = 0; row < page->size(); ++row) {
            there.insert((*page)[row].id());
            there.insert((*page)[row].address());
        }
    return there;
}

// The name that an entry gives its object, or its id.
std::string label_of(const resource_type& type, const entry& by, std::string_view id)
{
    for (const auto& wanted : by.where)
        if (type.fields[wanted.field].name == type.label && wanted.any_of.size() == 1 &&
            !wanted.any_of.front().text.empty())
            return wanted.any_of.front().text;
    return std::string(id);
}

deviation missing(const resource_type& type, const entry& by, std::string_view id)
{
    deviation gone;
    gone.type = &type;
    gone.id = id;
    gone.label = label_of(type, by, id);
    gone.kind = deviation_kind::missing;
    gone.level = type.when_missing;
    return gone;
}

void add_missing(const resource_type& type, const trusted_state& trusted, const object_list& objects,
                 std::vector<deviation>& out)
{
    if (std::ranges::all_of(trusted.entries.entries(), [](const entry& e) { return e.pins.empty(); }))
        return;
    const auto there = ids_in(objects);
    id_set told;
    trusted.entries.for_each_pin([&](std::string_view id, const entry& by) {
        if (is_in_force(by, trusted.today) && !there.contains(id) && told.insert(id).second)
            out.push_back(missing(type, by, id));
    });
}

}  // namespace

std::vector<deviation> diff(const resource_type& type, const trusted_state& trusted,
                            const object_list& objects, extent seen)
{
    std::vector<deviation> out;
    if (!is_judged(type, trusted.entries))
        return out;
    for (const auto& page : objects)
        for (std::size_t row = 0; row < page->size(); ++row)
            if (auto found = judge_object(type, trusted, (*page)[row]))
                out.push_back(*std::move(found));
    if (seen == extent::complete && !type.comes_and_goes)
        add_missing(type, trusted, objects, out);
    return out;
}

}  // namespace trunkwarden
