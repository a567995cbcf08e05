#include "web/asked_host.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

#include "support/ascii.hpp"
#include "support/ip_network.hpp"
#include "support/listen_address.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

constexpr auto npos = std::string_view::npos;

// "", or a colon and digits.
bool is_port(std::string_view text)
{
    return text.empty() || (text.starts_with(':') && text.size() > 1 && text.size() <= 6 &&
                            std::ranges::all_of(text.substr(1), is_digit));
}

std::string without_final_dot(std::string_view name)
{
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return to_lower(name);
}

std::optional<std::string> address_in_brackets(std::string_view header)
{
    const auto end = header.find(']');
    if (end == npos || !is_port(header.substr(end + 1)))
        return std::nullopt;
    const auto inside = header.substr(1, end - 1);
    return inside.find(':') != npos && parse_ip_address(inside) ? std::optional(to_lower(inside))
                                                                : std::nullopt;
}

// Of a target in absolute form, which counts in place of the Host header (RFC 9112 3.2.2).
std::optional<std::string_view> authority_of(std::string_view target)
{
    const auto scheme = target.find("://");
    if (target.starts_with('/') || scheme == npos)
        return std::nullopt;
    const auto after = target.substr(scheme + 3);
    return after.substr(0, after.find_first_of("/?#"));
}

bool is_ours(std::string_view header, const web_settings& ours)
{
    const auto host = host_named_by(header);
    if (!host)
        return false;
    if (*host == "localhost" || parse_ip_address(*host))
        return true;
    const auto listened = parse_listen_address(ours.listen_address);
    if (listened && !listened->host.empty() && *host == without_final_dot(listened->host))
        return true;
    return std::ranges::find(ours.allowed_hosts, *host, without_final_dot) != ours.allowed_hosts.end();
}

http_reply refused(unsigned status, const http_query& query, const std::string& sentence)
{
    auto reply = is_api(path_of(query.target)) ? api_error(status, sentence) : plain_reply(status, sentence);
    add_safety_headers(reply);
    return reply;
}

// "example.com" of "example.com:443" with https, and so on: a browser leaves out the port that its scheme
// has.
std::string without_usual_port(std::string_view authority, std::string_view usual)
{
    if (authority.ends_with(usual))
        authority.remove_suffix(usual.size());
    return to_lower(authority);
}

bool is_same_origin(std::string_view origin, std::string_view host)
{
    for (const auto& [scheme, usual] :
         {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}})
        if (origin.starts_with(scheme))
            return without_usual_port(origin.substr(scheme.size()), usual) == without_usual_port(host, usual);
    return false;
}

std::string shown(std::string_view text)
{
    constexpr std::size_t longest = 100;
    return quoted_text(text.size() <= longest ? std::string(text)
                                              : std::string(text.substr(0, longest)) + "...");
}

}  // namespace

std::optional<std::string> host_named_by(std::string_view header)
{
    if (header.starts_with('['))
        return address_in_brackets(header);
    const auto colon = std::min(header.find(':'), header.size());
    auto name = without_final_dot(header.substr(0, colon));
    if (name.empty() || !is_port(header.substr(colon)))
        return std::nullopt;
    return name;
}

std::optional<http_reply> refuse_foreign_host(const http_query& query, const web_settings& ours)
{
    for (const auto asked : {std::optional<std::string_view>(query.host), authority_of(query.target)})
        if (asked && !asked->empty() && !is_ours(*asked, ours))
            return refused(
                421, query,
                fmt::format("The host {} is not known here: without a password trunkwarden answers "
                            "to addresses, to localhost and to the names in web.allowed_hosts of "
                            "the settings; add it there, or ask by address.",
                            shown(*asked)));
    return std::nullopt;
}

std::optional<http_reply> refuse_foreign_origin(const http_query& query)
{
    if (query.method == "GET" || query.method == "HEAD" || !query.origin ||
        is_same_origin(*query.origin, query.host))
        return std::nullopt;
    return refused(403, query,
                   fmt::format("A page of {} asked for this, and only pages of this server may: send the "
                               "request without an Origin header, as curl does.",
                               shown(*query.origin)));
}

}  // namespace trunkwarden
