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

// A network of one address is that address.
std::string canonical_ip(std::string_view text)
{
    constexpr unsigned whole = 128;
    auto address = parse_ip_address(text);
    if (!address)
        address = parse_ip_network(text);
    return address && address->prefix == whole ? address_text(*address) : std::string(text);
}

// A name that ends in a dot is the same name, written from the root on (RFC 1034 3.1).
std::string canonical_name(std::string_view text)
{
    if (const auto address = parse_ip_address(text))
        return address_text(*address);
    if (text.size() > 1 && text.ends_with('.') && text[text.size() - 2] != '.')
        text.remove_suffix(1);
    return to_lower(text);
}

// "sip:" or "sips:", however it is written; else nothing.
std::string_view sip_scheme(std::string_view text)
{
    const auto scheme = text.substr(0, text.find(':') + 1);
    const auto small = to_lower(scheme);
    return small == "sip:" || small == "sips:" ? scheme : std::string_view();
}

// A host, which may have a port behind it, and a SIP scheme and a user before it. In names of users case
// counts (RFC 3261 19.1.4), and so does everything behind the host. A port stays: which one is usual depends
// on the transport.
std::string canonical_host(std::string_view text)
{
    if (const auto address = parse_ip_address(text))
        return address_text(*address);
    const auto scheme = sip_scheme(text);
    const auto end_of_user = text.find('@', scheme.size());
    const auto begin = end_of_user == std::string_view::npos ? scheme.size() : end_of_user + 1;
    const auto behind = text.substr(begin);
    const auto host =
        behind.substr(0, behind.starts_with('[') ? behind.find(']') + 1 : behind.find_first_of(":;?"));
    if (host.empty() || behind.find('@') != std::string_view::npos)
        return std::string(text);
    return to_lower(scheme) + std::string(text.substr(scheme.size(), begin - scheme.size())) +
           canonical_name(host) + std::string(behind.substr(host.size()));
}

// Calls go to a number, which stays as it is, or to a SIP address. Only with its scheme is it one.
std::string canonical_destination(std::string_view text)
{
    return sip_scheme(text).empty() ? std::string(text) : canonical_host(text);
}

// The port after a host, without one that the scheme has anyway (RFC 3986 6.2.3).
std::string canonical_port(std::string_view scheme, std::string_view with_colon)
{
    const auto usual = scheme == "https" ? ":443" : ":80";
    return with_colon == ":" || with_colon == usual ? std::string() : std::string(with_colon);
}

// Scheme, host and port in one spelling (RFC 3986 6.2.2, 6.2.3); the rest stays as it is. So does a URL with
// anything unusual before its path, such as a user name or an escape. A host may have wildcards.
std::string canonical_url(std::string_view text)
{
    const auto scheme = to_lower(text.substr(0, text.find(':')));
    if ((scheme != "https" && scheme != "http") || text.substr(scheme.size(), 3) != "://")
        return std::string(text);
    const auto behind = text.substr(scheme.size() + 3);
    const auto authority = behind.substr(0, behind.find_first_of("/?#"));
    const auto end_of_host = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
    const auto host = authority.substr(0, end_of_host);
    const auto port = authority.substr(host.size());
    const bool is_usual =
        !host.empty() && (port.empty() || port.front() == ':') &&
        port.find_first_not_of(":0123456789") == std::string_view::npos &&
        port.find(':', 1) == std::string_view::npos && std::ranges::all_of(host, [](char c) {
            return is_letter_or_digit(c) || std::string_view("-._*[]:").find(c) != std::string_view::npos;
        });
    if (!is_usual)
        return std::string(text);
    return scheme + "://" + canonical_name(host) + canonical_port(scheme, port) +
           std::string(behind.substr(authority.size()));
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
            return to_lower(text);
        case value_kind::host:
            return canonical_host(text);
        case value_kind::e164:
        case value_kind::text_set:  // targets of an assistant
            return canonical_destination(text);
        case value_kind::url:
            return canonical_url(text);
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
                             '?');  // a separator in a member must not make it look like two
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
