#include "baseline/compare/trusted_subject.hpp"

#include <algorithm>

namespace trunkwarden {
namespace {

// Whether the field only repeats what names the subject.
bool names_the_subject(const resource_type& type, const entry& entry, const constraint& some)
{
    return entry.pins.empty() ? &some == &known_by(type, entry) : type.fields[some.field].name == type.id;
}

// The next constraint that is a term, or the end.
std::size_t next_term(const resource_type& type, const entry& entry, std::size_t from)
{
    while (from < entry.where.size() && names_the_subject(type, entry, entry.where[from]))
        ++from;
    return from;
}

std::set<std::string> values_of(const constraint& some)
{
    std::set<std::string> out;
    for (const auto& value : some.any_of)
        out.insert(value.text);
    return out;
}

bool accept_the_same(const constraint& a, const constraint& b)
{
    if (a.any_of.size() == 1 && b.any_of.size() == 1)
        return a.any_of.front().text == b.any_of.front().text;
    return values_of(a) == values_of(b);
}

// Whether both can be said as one: they differ in at most one field.
bool join(conditions& into, const conditions& other)
{
    if (into.expires != other.expires || into.fields.size() != other.fields.size())
        return false;
    std::optional<std::uint16_t> differing;
    for (const auto& [field, values] : into.fields) {
        const auto found = other.fields.find(field);
        if (found == other.fields.end())
            return false;
        if (found->second == values)
            continue;
        if (differing)
            return false;
        differing = field;
    }
    if (differing)
        into.fields.at(*differing)
            .insert(other.fields.at(*differing).begin(), other.fields.at(*differing).end());
    return true;
}

bool join_some_two(std::vector<conditions>& all)
{
    for (std::size_t a = 0; a < all.size(); ++a)
        for (std::size_t b = a + 1; b < all.size(); ++b)
            if (join(all[a], all[b])) {
                all.erase(all.begin() + static_cast<std::ptrdiff_t>(b));
                return true;
            }
    return false;
}

}  // namespace

const constraint& known_by(const resource_type& type, const entry& rule)
{
    const auto named = [&type, &rule](std::string_view name) {
        return std::ranges::find_if(rule.where, [&type, name](const constraint& some) {
            return type.fields[some.field].name == name;
        });
    };
    for (const auto name : {type.id, type.label})
        if (const auto found = named(name); found != rule.where.end())
            return *found;
    return rule.where.front();  // the reader takes no rule without a field
}

subject_map subjects_of(const resource_type& type, const entry_list& list)
{
    subject_map out;
    out.reserve(list.entries().size());
    for (const auto& each : list.entries())
        for_each_subject(type, each,
                         [&out, &each](const trusted_subject& subject) { out[subject].push_back(&each); });
    return out;
}

conditions conditions_of(const resource_type& type, const entry& entry)
{
    conditions out;
    out.expires = entry.expires;
    for (const auto& some : entry.where)
        if (!names_the_subject(type, entry, some))
            out.fields.emplace(some.field, values_of(some));
    return out;
}

std::vector<conditions> joined_conditions(const resource_type& type, const statements& all)
{
    constexpr std::size_t worth_joining = 64;  // joining costs the cube
    std::vector<conditions> out;
    for (const auto* each : all)
        out.push_back(conditions_of(type, *each));
    while (out.size() <= worth_joining && join_some_two(out)) {
    }
    std::ranges::sort(out, std::less<>());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

bool say_the_same(const resource_type& type, const entry& a, const entry& b)
{
    if (a.expires != b.expires)
        return false;
    std::size_t in_a = next_term(type, a, 0);
    std::size_t in_b = next_term(type, b, 0);
    for (; in_a < a.where.size() && in_b < b.where.size();
         in_a = next_term(type, a, in_a + 1), in_b = next_term(type, b, in_b + 1))
        if (a.where[in_a].field != b.where[in_b].field || !accept_the_same(a.where[in_a], b.where[in_b]))
            return false;
    return in_a == a.where.size() && in_b == b.where.size();
}

}  // namespace trunkwarden
