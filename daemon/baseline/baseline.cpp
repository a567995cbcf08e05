#include "baseline/baseline.hpp"

#include <algorithm>
#include <utility>

#include "baseline/accepts.hpp"

namespace trunkwarden {

entry_list::entry_list(const resource_type& type, std::vector<entry> entries, bool is_written)
    : resource_(type.name), written_(is_written), entries_(std::move(entries))
{
    if (type.is_extra) {
        id_ = type.id;
        fields_.assign(type.fields.begin(), type.fields.end());
    }
    for (auto& each : entries_) {
        for (auto& some : each.where)
            make_searchable(some);
        if (each.expires && (!first_expiry_ || *each.expires < *first_expiry_))
            first_expiry_ = each.expires;
    }
    index_pins();
    rules_ = rule_index(type, entries_);
}

bool entry_list::is_about(const resource_type& type) const
{
    const auto is_read_alike = [](const watched_field& a, const watched_field& b) {
        return a.name == b.name && a.kind == b.kind;
    };
    return resource_ == type.name &&
           (!type.is_extra ||
            (id_ == type.id && std::equal(fields_.begin(), fields_.end(), type.fields.begin(),
                                          type.fields.end(), is_read_alike)));
}

void entry_list::index_pins()
{
    for (std::size_t at = 0; at < entries_.size(); ++at)
        for (std::size_t which = 0; which < entries_[at].pins.size(); ++which)
            pins_.add(entries_[at].pins[which], at, which);
    pins_.sort();
}

std::vector<std::uint32_t> entry_list::pinned(std::string_view id) const
{
    std::vector<std::uint32_t> found;
    for (const auto& place : pins_.find(id))
        if (entries_[place.entry].pins[place.which] == id)
            found.push_back(place.entry);
    return found;
}

std::vector<std::uint32_t> entry_list::naming(std::string_view id, std::string_view address) const
{
    auto named = pinned(id);
    if (address.empty() || address == id)
        return named;
    const auto by_address = pinned(address);
    const auto middle = named.insert(named.end(), by_address.begin(), by_address.end());
    std::inplace_merge(named.begin(), middle, named.end());
    named.erase(std::unique(named.begin(), named.end()), named.end());
    return named;
}

std::size_t entry_list::first_pinning(std::string_view id) const
{
    for (const auto& place : pins_.find(id))
        if (entries_[place.entry].pins[place.which] == id)
            return place.entry;
    return entries_.size();
}

const entry_list& baseline::entries_of(const resource_type& type) const
{
    static const entry_list trusts_nothing;
    const auto found =
        std::ranges::find_if(resources, [&type](const entry_list& list) { return list.is_about(type); });
    return found == resources.end() ? trusts_nothing : *found;
}

}  // namespace trunkwarden
