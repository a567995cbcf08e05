#pragma once

#include <string_view>

#include "fetch/origin.hpp"

namespace trunkwarden {

// Whether the list of a NO_PROXY says that this origin is reached without the proxy. As Go has it: commas (or
// spaces) between the entries; "example.com" is that host and all below it, ".example.com" and
// "*.example.com" only those below; an address, or a network such as 10.0.0.0/8; each with ":PORT" for that
// port alone; "*" is everything. Names are not looked up.
bool is_in_no_proxy(std::string_view list, const origin& to);

// Whether it is this host, which nobody reaches through a proxy of the environment.
bool is_this_host(const origin& to);

}  // namespace trunkwarden
