#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "support/ip_network.hpp"

namespace trunkwarden {

// Addresses, as ip_network spells them, and the country in which each is registered: ISO 3166 alpha-2, ""
// when it is not known.
using address_countries = std::map<std::array<std::uint8_t, 16>, std::string>;

// Fills in the countries of the addresses that are in `wanted`, from a list of ranges as Debian's tor-geoipdb
// installs it: a line for each, "first,last,CC", IPv4 addresses as whole numbers. Lines of another form are
// passed over. The list is walked once: no index of its 600,000 ranges is needed for a few addresses.
void look_up_countries(std::string_view ranges, address_countries& wanted);

}  // namespace trunkwarden
