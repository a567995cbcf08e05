#include "snapshot/canonical.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "support/ascii.hpp"
#include "support/ip_network.hpp"

namespace trunkwarden {

namespace {

std::string canonical_flag(std::string_view text)
{
    auto small = to_lower(text);
    return small == "true" || small == "false" ? small : std::string(text);
}

std::string canonical_ip(std::string_view text)
{
    const auto address = parse_ip_address(text);
    return address ? address_text(*address) : std::string(text);
}

// A single address is the network of its own; bits behind the prefix name no other network.
std::string canonical_cidr(std::string_view text)
{
    const auto network =
        text.find('/') == std::string_view::npos ? parse_ip_address(text) : parse_ip_network(text);
    return network ? network_text(without_host_bits(*network)) : std::string(text);
}

}  // namespace

std::string canonical(value_kind kind, std::string_view text)
{
    switch (kind) {
        case value_kind::choice:
        case value_kind::host:
            return to_lower(text);
        case value_kind::country_set:
            return to_upper(text);
        case value_kind::flag:
            return canonical_flag(text);
        case value_kind::ip:
            return canonical_ip(text);
        case value_kind::cidr:
            return canonical_cidr(text);
        default:
            return std::string(text);
    }
}

std::string canonical_set(value_kind kind, std::vector<std::string> members)
{
    for (auto& member : members) {
        member = canonical(kind, member);
        std::ranges::replace(member, set_separator,
                             '?');  // whoever writes one must not make one member look like two
    }
    std::ranges::sort(members);
    members.erase(std::unique(members.begin(), members.end()), members.end());
    std::erase(members, std::string());
    std::string set;
    for (const auto& member : members) {
        if (!set.empty())
            set += set_separator;
        set += member;
    }
    return set;
}

std::vector<std::string_view> members_of(std::string_view set)
{
    std::vector<std::string_view> members;
    while (!set.empty()) {
        const auto end = std::min(set.find(set_separator), set.size());
        members.push_back(set.substr(0, end));
        set.remove_prefix(std::min(end + 1, set.size()));
    }
    return members;
}

bool same_value(value_kind kind, std::string_view a, std::string_view b)
{
    if (a == b)
        return true;
    if (kind != value_kind::number && kind != value_kind::money)
        return false;
    const auto [valid, order] = compare_decimals(a, b);
    return valid && order == 0;
}

std::string for_display(value_kind kind, std::string_view canonical_text)
{
    if (!holds_a_set(kind))
        return std::string(canonical_text);
    return fmt::format("[{}]", fmt::join(members_of(canonical_text), ", "));
}

}  // namespace trunkwarden
