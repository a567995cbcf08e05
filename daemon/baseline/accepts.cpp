#include "baseline/accepts.hpp"

#include <algorithm>

#include "baseline/url_pattern.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/ip_network.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

// Up to here, comparing one after the other is as quick, and errors may show the values as the file orders
// them.
constexpr std::size_t short_list = 16;

bool is_exact(const accepted_value& some)
{
    return some.kind == form::exact;
}

bool accepts_one(value_kind kind, const accepted_value& wanted, std::string_view value)
{
    switch (wanted.kind) {
        case form::exact:
            return same_value(kind, wanted.text, value);
        case form::wildcard:
            return kind == value_kind::url ? matches_url_pattern(wanted.text, value)
                                           : matches_wildcard(wanted.text, value);
        case form::network:
            break;
    }
    const auto network = parse_ip_network(wanted.text);
    const auto address = parse_ip_address(value);
    return network && address && contains(*network, *address);
}

}  // namespace

const constraint* constraint_on(const entry& some, std::size_t field)
{
    const auto found =
        std::ranges::find(some.where, field, [](const constraint& c) { return std::size_t{c.field}; });
    return found == some.where.end() ? nullptr : &*found;
}

void make_searchable(constraint& wanted)
{
    auto& values = wanted.any_of;
    if (values.size() <= short_list)
        return;
    const auto rest = std::stable_partition(values.begin(), values.end(), is_exact);
    std::ranges::sort(values.begin(), rest, {}, &accepted_value::text);
}

const accepted_value* accepting(value_kind kind, const constraint& wanted, std::string_view value)
{
    const auto& values = wanted.any_of;
    auto begin = values.begin();
    if (values.size() > short_list && text_decides(kind)) {
        const auto end_of_exact = std::ranges::partition_point(values, is_exact);
        const auto same = std::ranges::lower_bound(begin, end_of_exact, value, {}, &accepted_value::text);
        if (same != end_of_exact && same->text == value)
            return &*same;
        begin = end_of_exact;
    }
    const auto found = std::find_if(begin, values.end(), [kind, value](const accepted_value& some) {
        return accepts_one(kind, some, value);
    });
    return found == values.end() ? nullptr : &*found;
}

bool covers_pattern(value_kind kind, std::string_view pattern, std::string_view narrower)
{
    return kind == value_kind::url ? covers_url_pattern(pattern, narrower)
                                   : covers_pattern(pattern, narrower);
}

bool accepts(value_kind kind, const constraint& wanted, std::string_view value)
{
    return accepting(kind, wanted, value) != nullptr;
}

}  // namespace trunkwarden
