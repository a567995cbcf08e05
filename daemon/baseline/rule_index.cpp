#include "baseline/rule_index.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "baseline/accepts.hpp"
#include "baseline/wildcard.hpp"
#include "support/ip_network.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

// A longer beginning is cut to this: how many lengths there are decides what one object costs.
constexpr std::size_t max_key_length = 64;

std::string key_of_network(ip_network network, unsigned bits)
{
    network.prefix = bits;
    const auto whole = without_host_bits(network);
    return {reinterpret_cast<const char*>(whole.address.data()), whole.address.size()};
}

// The one address or network that a text names.
std::optional<ip_network> network_of(std::string_view text)
{
    const auto address = parse_ip_address(text);
    return address ? address : parse_ip_network(text);
}

}  // namespace

// Where one value of a rule is found.
struct rule_index::place {
    group_name name;
    std::string key;

    // Nothing where only the value itself can decide: 5060 and 5060.0 are one port, "*x*" begins with
    // nothing.
    static std::optional<place> make(const resource_type& type, std::uint16_t field,
                                     const accepted_value& value);
};

std::optional<rule_index::place> rule_index::place::make(const resource_type& type, std::uint16_t field,
                                                         const accepted_value& value)
{
    if (value.kind == form::exact) {
        if (!text_decides(type.fields[field].kind))
            return std::nullopt;
        return place{{field, place_form::whole, 0}, value.text};
    }
    if (value.kind == form::network) {
        const auto network = parse_ip_network(value.text);
        if (!network)
            return std::nullopt;
        const auto bits = static_cast<std::uint16_t>(network->prefix);
        return place{{field, place_form::network, bits}, key_of_network(*network, bits)};
    }
    auto beginning = text_before_wildcard(value.text).substr(0, max_key_length);
    auto end = text_after_wildcard(value.text);
    if (end.size() > max_key_length)
        end.erase(0, end.size() - max_key_length);
    if (beginning.empty() && end.empty())
        return std::nullopt;
    const bool by_end = end.size() > beginning.size();
    auto& key = by_end ? end : beginning;
    const auto length = static_cast<std::uint16_t>(key.size());
    return place{{field, by_end ? place_form::end : place_form::beginning, length}, std::move(key)};
}

// The groups while they are filled.
class rule_index::index_builder {
public:
    explicit index_builder(const resource_type& type) : type_(type) {}

    void add(const constraint& some, std::size_t rule)
    {
        for (std::size_t which = 0; which < some.any_of.size(); ++which)
            if (auto at = place::make(type_, some.field, some.any_of[which]))
                groups_[at->name].add(at->key, rule, which);
    }

    void sort()
    {
        for (auto& [name, keys] : groups_)
            keys.sort();
    }

    // Of a constraint that was added: how many rules are found at the fullest of its places. Nothing when one
    // of its values has no place, so that the rule could be missed.
    std::optional<std::size_t> bucket_size(const constraint& some) const
    {
        std::size_t most = 0;
        for (const auto& value : some.any_of) {
            const auto at = place::make(type_, some.field, value);
            if (!at)
                return std::nullopt;
            most = std::max(most, groups_.at(at->name).find(at->key).size());
        }
        return most;
    }

    // Where a rule has the fewest others beside it; nullptr: nowhere.
    const constraint* best_for(const entry& rule) const
    {
        const constraint* best = nullptr;
        std::size_t fewest = 0;
        for (const auto& some : rule.where)
            if (const auto others = bucket_size(some); others && (best == nullptr || *others < fewest)) {
                best = &some;
                fewest = *others;
            }
        return best;
    }

    std::vector<group> take()
    {
        std::vector<group> out;
        for (auto& [name, keys] : groups_)
            out.push_back({name, std::move(keys)});
        return out;
    }

private:
    const resource_type& type_;
    std::map<group_name, text_index> groups_;
};

// A rule goes where the fewest others are: under a connection that thousands of rules share, every object of
// that connection would have to look at each of them.
rule_index::rule_index(const resource_type& type, const std::vector<entry>& entries)
{
    index_builder everywhere(type);
    for (std::size_t at = 0; at < entries.size(); ++at)
        if (entries[at].pins.empty())
            for (const auto& some : entries[at].where)
                everywhere.add(some, at);
    everywhere.sort();

    index_builder chosen(type);
    for (std::size_t at = 0; at < entries.size(); ++at) {
        if (!entries[at].pins.empty())
            continue;
        if (const auto* best = everywhere.best_for(entries[at]); best != nullptr)
            chosen.add(*best, at);
        else
            unindexed_.push_back(static_cast<std::uint32_t>(at));
    }
    chosen.sort();
    groups_ = chosen.take();
}

// Looks in one group after the other, at each place for no more than the first `most`.
struct rule_index::limited_look {
    std::size_t limit;
    std::vector<std::uint32_t>& found;

    void at_beginning(const text_index& keys, std::string_view text, std::size_t length) const
    {
        if (text.size() >= length)
            at(keys, text.substr(0, length));
    }

    void at_end(const text_index& keys, std::string_view text, std::size_t length) const
    {
        if (text.size() >= length)
            at(keys, text.substr(text.size() - length));
    }

    void at(const text_index& keys, std::string_view key) const
    {
        const auto there = keys.find(key);
        for (const auto& place : there.first(std::min(limit, there.size())))
            found.push_back(place.entry);
    }
};

std::vector<std::uint32_t> rule_index::candidates(const object_view& object) const
{
    auto found = unindexed_;
    const limited_look look{std::numeric_limits<std::size_t>::max(), found};
    std::optional<ip_network> address;
    std::optional<std::uint16_t> address_of;  // the field whose value `address` is
    for (const auto& [name, keys] : groups_) {
        const auto value = object.field(name.field);
        if (name.form == place_form::network && address_of != name.field) {
            address = parse_ip_address(value);
            address_of = name.field;
        }
        switch (name.form) {
            case place_form::whole:
                look.at(keys, value);
                break;
            case place_form::beginning:
                look.at_beginning(keys, value, name.length);
                break;
            case place_form::end:
                look.at_end(keys, value, name.length);
                break;
            case place_form::network:
                if (address)
                    look.at(keys, key_of_network(*address, name.length));
        }
    }
    return found;
}

void rule_index::add_candidates(const group& group, const accepted_value& value, const limited_look& look)
{
    const auto& [name, keys] = group;
    const bool is_pattern = value.kind == form::wildcard;
    switch (name.form) {
        case place_form::whole:
            if (value.kind == form::exact)
                look.at(keys, value.text);
            break;
        case place_form::beginning:
            look.at_beginning(keys, is_pattern ? text_before_wildcard(value.text) : value.text, name.length);
            break;
        case place_form::end:
            look.at_end(keys, is_pattern ? text_after_wildcard(value.text) : value.text, name.length);
            break;
        case place_form::network:
            if (const auto network = is_pattern ? std::nullopt : network_of(value.text);
                network && network->prefix >= name.length)
                look.at(keys, key_of_network(*network, name.length));
    }
}

// A rule that covers all of `narrower` accepts each of its values, the first one too.
std::vector<std::uint32_t> rule_index::candidates(const entry& narrower, std::size_t limit) const
{
    const auto always = std::min(limit, unindexed_.size());
    std::vector<std::uint32_t> found(unindexed_.begin(),
                                     unindexed_.begin() + static_cast<std::ptrdiff_t>(always));
    const limited_look look{limit, found};
    for (const auto& group : groups_)
        if (const auto narrowing = std::ranges::find(narrower.where, group.name.field, &constraint::field);
            narrowing != narrower.where.end())
            add_candidates(group, narrowing->any_of.front(), look);
    return found;
}

std::size_t rule_index::places() const
{
    std::size_t count = 0;
    for (const auto& group : groups_)
        count += group.by_key.distinct();
    return count;
}

}  // namespace trunkwarden
