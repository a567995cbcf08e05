#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trunkwarden {

// An IPv4 or IPv6 network; an address is the network of its own. IPv4 is kept as ::ffff:a.b.c.d, so that the
// two spellings of one address are equal.
struct ip_network {
    std::array<std::uint8_t, 16> address{};
    unsigned prefix = 128;  // of the 128 bits, also for IPv4
    friend bool operator==(const ip_network&, const ip_network&) = default;
};

std::optional<ip_network> parse_ip_address(std::string_view text);

// "address/prefix"; bits behind the prefix are kept as written.
std::optional<ip_network> parse_ip_network(std::string_view text);

// With every bit behind the prefix 0.
ip_network without_host_bits(ip_network network);

// Whether `address` lies in `network`. An IPv6 network holds no IPv4 address, ::/0 neither.
bool contains(const ip_network& network, const ip_network& address);

// The shortest spelling, without the prefix and with it.
std::string address_text(const ip_network& network);
std::string network_text(const ip_network& network);

}  // namespace trunkwarden
