#include "cli/address_lists.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/text_file.hpp"

namespace trunkwarden {

namespace {

constexpr const char* list_of_ipv4 = "/usr/share/tor/geoip";
constexpr const char* list_of_ipv6 = "/usr/share/tor/geoip6";
constexpr std::size_t largest_list = std::size_t{64} * 1024 * 1024;

bool is_ipv4(const std::array<std::uint8_t, 16>& address)
{
    return address[10] == 0xff && address[11] == 0xff &&
           std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

looked_up_countries countries_of(address_countries addresses)
{
    looked_up_countries out{std::move(addresses), {}};
    for (const bool ipv4 : {true, false}) {
        if (std::ranges::none_of(out.countries,
                                 [ipv4](const auto& one) { return is_ipv4(one.first) == ipv4; }))
            continue;
        const auto list = read_text_file(ipv4 ? list_of_ipv4 : list_of_ipv6, largest_list);
        if (list)
            look_up_countries(*list, out.countries);
        else
            out.not_known = fmt::format("{} (Debian's package tor-geoipdb has it)", list.error().what);
    }
    return out;
}

}  // namespace trunkwarden
