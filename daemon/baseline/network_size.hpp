#pragma once

#include <string>
#include <string_view>

namespace trunkwarden {

// Whether a network, as text, holds more than an organisation has: wider than /16, of IPv6 wider than /32.
bool is_wide_network(std::string_view network);

// "256 addresses"; "2^80 addresses" where there are too many to be written out.
std::string addresses_in(std::string_view network);

}  // namespace trunkwarden
