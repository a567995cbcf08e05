#include "baseline/network_size.hpp"

#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace trunkwarden {

namespace {

bool is_ipv6(std::string_view network)
{
    return network.find(':') != std::string_view::npos;
}

unsigned prefix_of(std::string_view network)
{
    const auto digits = network.substr(network.find('/') + 1);
    unsigned prefix = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    return prefix;
}

}  // namespace

bool is_wide_network(std::string_view network)
{
    return prefix_of(network) < (is_ipv6(network) ? 32U : 16U);
}

std::string addresses_in(std::string_view network)
{
    const auto bits = (is_ipv6(network) ? 128U : 32U) - prefix_of(network);
    if (bits == 0)
        return "1 address";
    return bits <= 32 ? fmt::format("{} addresses", std::uint64_t{1} << bits)
                      : fmt::format("2^{} addresses", bits);
}

}  // namespace trunkwarden
