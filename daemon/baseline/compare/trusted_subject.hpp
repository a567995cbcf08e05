#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "baseline/baseline.hpp"

// The content of an entry without its place in the file: its subjects, and the terms under which it trusts
// each.

namespace trunkwarden {

// An object that an entry names, or one value of the field by which a rule is known: its address, its name,
// or the first that it lists.
struct trusted_subject {
    static constexpr std::uint16_t pin = UINT16_MAX;
    std::uint16_t field = pin;  // of a rule
    std::string_view name;      // of the baseline it came from
    friend bool operator==(const trusted_subject&, const trusted_subject&) = default;
};

struct subject_hash {
    std::size_t operator()(const trusted_subject& subject) const
    {
        return std::hash<std::string_view>()(subject.name) ^ subject.field;
    }
};

using statements = std::vector<const entry*>;  // in file order
using subject_map = std::unordered_map<trusted_subject, statements, subject_hash>;

// The constraint whose values are the subjects of a rule.
const constraint& known_by(const resource_type& type, const entry& rule);

template <class Visit>
void for_each_subject(const resource_type& type, const entry& entry, Visit visit)
{
    for (const auto& id : entry.pins)
        visit(trusted_subject{trusted_subject::pin, id});
    if (!entry.pins.empty())
        return;
    const auto& by = known_by(type, entry);
    for (const auto& value : by.any_of)
        visit(trusted_subject{by.field, value.text});
}

subject_map subjects_of(const resource_type& type, const entry_list& list);

// The other constraints on a subject: by field, the values it may have. The field that names the subject is
// not among them.
struct conditions {
    std::map<std::uint16_t, std::set<std::string>> fields;
    std::optional<day> expires;
    friend bool operator==(const conditions&, const conditions&) = default;
    friend bool operator<(const conditions& a, const conditions& b)
    {
        return std::tie(a.fields, a.expires) < std::tie(b.fields, b.expires);
    }
};

conditions conditions_of(const resource_type& type, const entry& entry);

// Those of several entries about one subject; entries that differ in one field only are one entry with a
// list. Sorted, each once.
std::vector<conditions> joined_conditions(const resource_type& type, const statements& all);

// The same answer as comparing their terms, without making any.
bool say_the_same(const resource_type& type, const entry& a, const entry& b);

}  // namespace trunkwarden
