#include "fetch/no_proxy.hpp"

#include <algorithm>
#include <string>

#include "support/ascii.hpp"
#include "support/ip_network.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view separators = ", \t\r\n";

std::string_view without_last_dot(std::string_view name)
{
    if (name.ends_with('.'))
        name.remove_suffix(1);
    return name;
}

// An entry without its port.
struct split_entry {
    std::string_view host;
    std::string_view port;  // "": any
};

// "host:80", "[::1]:80", "[::1]"; a bare "::1" has no port.
split_entry split(std::string_view entry)
{
    if (entry.starts_with('[')) {
        const auto end = std::min(entry.find(']'), entry.size());
        const auto rest = entry.substr(std::min(end + 1, entry.size()));
        return {entry.substr(1, end - 1), rest.starts_with(':') ? rest.substr(1) : std::string_view()};
    }
    const auto colon = entry.find(':');
    if (colon == std::string_view::npos || entry.find(':', colon + 1) != std::string_view::npos)
        return {entry, {}};
    return {entry.substr(0, colon), entry.substr(colon + 1)};
}

bool covers_name(std::string_view entry, std::string_view name)
{
    if (entry.starts_with("*."))
        entry.remove_prefix(1);
    if (entry.starts_with('.'))
        return name.size() > entry.size() && name.ends_with(entry);
    if (name == entry)
        return true;
    return name.size() > entry.size() && name.ends_with(entry) && name[name.size() - entry.size() - 1] == '.';
}

bool covers(std::string_view entry, const origin& to)
{
    if (entry == "*")
        return true;
    const auto address = parse_ip_address(to.host);
    if (const auto network = parse_ip_network(entry))
        return address && contains(without_host_bits(*network), *address);
    const auto [host, port] = split(entry);
    if (!port.empty() && port != std::to_string(to.port))
        return false;
    if (const auto other = parse_ip_address(host))
        return address && *address == *other;
    const auto name = without_last_dot(host);
    return !address && !name.empty() && covers_name(name, without_last_dot(to.host));
}

}  // namespace

bool is_in_no_proxy(std::string_view list, const origin& to)
{
    const auto lower = to_lower(list);
    std::string_view rest = lower;
    while (!rest.empty()) {
        const auto begin = std::min(rest.find_first_not_of(separators), rest.size());
        rest.remove_prefix(begin);
        const auto entry = rest.substr(0, rest.find_first_of(separators));
        if (!entry.empty() && covers(entry, to))
            return true;
        rest.remove_prefix(entry.size());
    }
    return false;
}

bool is_this_host(const origin& to)
{
    const auto name = without_last_dot(to.host);
    if (name == "localhost" || name.ends_with(".localhost"))
        return true;
    const auto address = parse_ip_address(to.host);
    return address &&
           (contains(*parse_ip_network("127.0.0.0/8"), *address) || *address == *parse_ip_address("::1"));
}

}  // namespace trunkwarden
