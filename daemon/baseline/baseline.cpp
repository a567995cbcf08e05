#include "baseline/baseline.hpp"

#include <algorithm>
#include <utility>

#include "baseline/match.hpp"

namespace trunkwarden {

namespace {

// A rule can be looked up by a constraint that names whole values which are equal only as text.
bool can_be_indexed(const resource_type& type, const constraint& some)
{
    return text_decides(type.fields[some.field].kind) &&
           std::ranges::all_of(some.any_of, [](const accepted_value& value) {
               return value.how == accepted_value::form::exact;
           });
}

text_index values_of_rules(const resource_type& type, const std::vector<entry>& entries, std::uint16_t field)
{
    text_index values;
    for (std::size_t at = 0; at < entries.size(); ++at)
        for (const auto& some : entries[at].where)
            if (entries[at].pins.empty() && some.field == field && can_be_indexed(type, some))
                for (std::size_t which = 0; which < some.any_of.size(); ++which)
                    values.add(some.any_of[which].text, at, which);
    values.sort();
    return values;
}

// nullptr when the rule cannot be looked up.
const constraint* most_selective(const resource_type& type, const entry& rule,
                                 const std::vector<std::size_t>& selectivity)
{
    const constraint* best = nullptr;
    for (const auto& some : rule.where)
        if (can_be_indexed(type, some) &&
            (best == nullptr || selectivity[some.field] > selectivity[best->field]))
            best = &some;
    return best;
}

}  // namespace

entry_list::entry_list(const resource_type& type, std::vector<entry> entries)
    : resource_(type.name), entries_(std::move(entries))
{
    for (auto& each : entries_)
        for (auto& some : each.where)
            make_searchable(some);
    index_pins();
    index_rules(type);
}

void entry_list::index_pins()
{
    for (std::size_t at = 0; at < entries_.size(); ++at)
        for (std::size_t which = 0; which < entries_[at].pins.size(); ++which)
            pins_.add(entries_[at].pins[which], at, which);
    pins_.sort();
}

// A rule goes under its most selective field, the one with the most different values in all the rules: under
// a connection that thousands of rules share, every object of that connection would have to look at each of
// them.
void entry_list::index_rules(const resource_type& type)
{
    std::vector<std::size_t> selectivity(type.fields.size());
    for (std::size_t field = 0; field < type.fields.size(); ++field)
        selectivity[field] = values_of_rules(type, entries_, static_cast<std::uint16_t>(field)).distinct();

    std::vector<rule_index> by_field(type.fields.size());
    for (std::size_t at = 0; at < entries_.size(); ++at) {
        if (!entries_[at].pins.empty())
            continue;
        const auto* best = most_selective(type, entries_[at], selectivity);
        if (best == nullptr) {
            other_rules_.push_back(static_cast<std::uint32_t>(at));
            continue;
        }
        by_field[best->field].field = best->field;
        for (std::size_t which = 0; which < best->any_of.size(); ++which)
            by_field[best->field].by_value.add(best->any_of[which].text, at, which);
    }
    std::erase_if(by_field, [](const rule_index& some) { return some.by_value.empty(); });
    for (auto& some : by_field)
        some.by_value.sort();
    indexed_rules_ = std::move(by_field);
}

std::vector<std::uint32_t> entry_list::pinned(std::string_view id) const
{
    std::vector<std::uint32_t> found;
    for (const auto& place : pins_.find(id))
        if (entries_[place.entry].pins[place.which] == id)
            found.push_back(place.entry);
    return found;
}

const entry_list& baseline::of(const resource_type& type) const
{
    static const entry_list trusts_nothing;
    const auto found = std::ranges::find(resources, type.name, &entry_list::resource);
    return found == resources.end() ? trusts_nothing : *found;
}

}  // namespace trunkwarden
