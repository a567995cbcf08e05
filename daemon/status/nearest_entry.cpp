#include "status/nearest_entry.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <tuple>
#include <utility>

#include "baseline/accepts.hpp"
#include "baseline/match.hpp"
#include "findings/watch_cause.hpp"
#include "snapshot/canonical.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view secret_word = "(secret)";

const field_difference* shown_field(const finding& f, std::string_view name)
{
    const auto found = std::ranges::find(f.deviation.fields, name, &field_difference::field);
    return found == f.deviation.fields.end() ? nullptr : &*found;
}

bool shows_a_whole_object(const finding& f)
{
    return f.deviation.kind != deviation_kind::changed && f.deviation.kind != deviation_kind::weakened;
}

// The canonical value of a field as the finding shows it; nothing when it is not known.
std::optional<std::string> value_of(const finding& f, const watched_field& field)
{
    if (field.kind == value_kind::secret)
        return std::nullopt;
    if (const auto* shown = shown_field(f, field.name); shown != nullptr)
        return shown->canonical_value;
    return shows_a_whole_object(f) ? std::optional(std::string()) : std::nullopt;
}

std::string words_for(const watched_field& field, const constraint& wanted)
{
    constexpr std::size_t max_listed = 5;
    if (field.kind == value_kind::secret)
        return std::string(secret_word);
    std::string out;
    for (std::size_t at = 0; at < std::min(max_listed, wanted.any_of.size()); ++at) {
        const auto& text = wanted.any_of[at].text;
        out += (at == 0 ? "" : " or ") + (text.empty() ? "(empty)" : for_display(field.kind, text));
    }
    if (wanted.any_of.size() > max_listed)
        out += fmt::format(" or {} more", wanted.any_of.size() - max_listed);
    return out;
}

struct comparison_of_entry {
    std::size_t differing = 0;
    std::size_t equal = 0;
};

comparison_of_entry compare_entry(const finding& f, const entry& with)
{
    comparison_of_entry out;
    for (const auto& wanted : with.where) {
        const auto& field = f.deviation.type->fields[wanted.field];
        const auto value = value_of(f, field);
        if (!value)
            continue;
        ++(accepts(field.kind, wanted, *value) ? out.equal : out.differing);
    }
    if (!with.pins.empty())
        ++out.differing;  // it names another object
    return out;
}

std::vector<entry_difference> differences(const finding& f, const entry& from)
{
    std::vector<entry_difference> out;
    for (const auto& wanted : from.where) {
        const auto& field = f.deviation.type->fields[wanted.field];
        const auto* shown = shown_field(f, field.name);
        const auto value = value_of(f, field);
        if (!value || accepts(field.kind, wanted, *value))
            continue;
        out.push_back({std::string(field.name), wanted.line, words_for(field, wanted),
                       shown == nullptr ? std::nullopt : shown->actual});
    }
    return out;
}

// For an object that an entry names, the finding shows the differences: also of secrets, which no entry
// holds.
std::vector<entry_difference> shown_differences(const finding& f, const entry& by)
{
    std::vector<entry_difference> out;
    for (const auto& field : f.deviation.fields) {
        const auto listed = std::ranges::find_if(by.where, [&](const constraint& wanted) {
            return f.deviation.type->fields[wanted.field].name == field.field;
        });
        out.push_back(
            {field.field, listed == by.where.end() ? 0 : listed->line, field.expected, field.actual});
    }
    return out;
}

nearest_entry described(const entry& from, nearness nearness, std::vector<entry_difference> differing)
{
    return {from.line, nearness, from.expires, from.reason, from.approved_by, std::move(differing)};
}

// As judge() has it: the first active entry that names the object, else the first that ran out.
const entry* entry_naming(const finding& f, const entry_list& entries, day today)
{
    const entry* first_over = nullptr;
    for (const auto at : entries.naming(f.deviation.id, f.deviation.address)) {
        const auto& entry = entries.entries()[at];
        if (is_in_force(entry, today))
            return &entry;
        if (first_over == nullptr)
            first_over = &entry;
    }
    return first_over;
}

const entry* most_alike(const finding& f, const entry_list& entries)
{
    const entry* best = nullptr;
    comparison_of_entry of_best;
    for (const auto& entry : entries.entries()) {
        const auto compared = compare_entry(f, entry);
        const bool is_nearer =
            std::tuple(compared.differing, of_best.equal) < std::tuple(of_best.differing, compared.equal);
        if (compared.equal > 0 && (best == nullptr || is_nearer)) {
            best = &entry;
            of_best = compared;
        }
    }
    return best;
}

}  // namespace

std::optional<std::string> beyond_entries(const finding& f)
{
    if (f.deviation.from_event)
        return "it tells of an event, not of an object that an entry could trust";
    if (is_watch_cause(*f.deviation.type))
        return "it is about the watch itself, not about an object that an entry could trust";
    if (f.deviation.kind == deviation_kind::blind)
        return "it tells that something could not be read, which no entry decides";
    if (f.deviation.type->fields.empty())
        return "it is about the account, not about an object that an entry could trust";
    return std::nullopt;
}

std::optional<nearest_entry> find_nearest_entry(const finding& f, const baseline& trusted, day today)
{
    if (beyond_entries(f))
        return std::nullopt;
    const auto& entries = trusted.entries_of(*f.deviation.type);
    if (const auto* by = entry_naming(f, entries, today); by != nullptr) {
        if (!is_in_force(*by, today))
            return described(*by, nearness::ran_out, {});
        return described(*by, nearness::names_it,
                         shows_a_whole_object(f) ? differences(f, *by) : shown_differences(f, *by));
    }
    const auto* near = most_alike(f, entries);
    if (near == nullptr)
        return std::nullopt;
    auto differing = differences(f, *near);
    const bool only_ran_out = differing.empty() && near->pins.empty() && !is_in_force(*near, today);
    return described(*near, only_ran_out ? nearness::ran_out : nearness::alike, std::move(differing));
}

}  // namespace trunkwarden
