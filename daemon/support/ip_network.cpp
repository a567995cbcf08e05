#include "support/ip_network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstddef>
#include <fmt/format.h>
#include <span>

namespace trunkwarden {

namespace {

constexpr unsigned mapped_bits = 96;  // in front of an IPv4 address inside an IPv6 one
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_ipv4(const ip_network& network)
{
    return network.prefix >= mapped_bits &&
           std::ranges::equal(mapped, std::span(network.address).first<12>());
}

struct parsed_address {
    ip_network network;
    bool written_as_ipv4 = false;
};

std::optional<parsed_address> parse(std::string_view text)
{
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::ranges::copy(text, terminated.begin());
    parsed_address found;
    auto& bytes = found.network.address;
    if (inet_pton(AF_INET6, terminated.data(), bytes.data()) == 1)
        return found;
    std::ranges::copy(mapped, bytes.begin());
    if (inet_pton(AF_INET, terminated.data(), bytes.data() + mapped.size()) != 1)
        return std::nullopt;
    found.written_as_ipv4 = true;
    return found;
}

}  // namespace

std::optional<ip_network> parse_ip_address(std::string_view text)
{
    const auto found = parse(text);
    return found ? std::optional(found->network) : std::nullopt;
}

std::optional<ip_network> parse_ip_network(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return std::nullopt;
    auto found = parse(text.substr(0, slash));
    const auto digits = text.substr(slash + 1);
    if (!found || digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0'))
        return std::nullopt;
    const unsigned skipped = found->written_as_ipv4 ? mapped_bits : 0;
    unsigned prefix = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
    if (error != std::errc() || rest != digits.data() + digits.size() || prefix > 128 - skipped)
        return std::nullopt;
    found->network.prefix = prefix + skipped;
    return found->network;
}

ip_network without_host_bits(ip_network network)
{
    for (std::size_t at = 0; at < network.address.size(); ++at) {
        const auto kept = std::clamp(static_cast<int>(network.prefix) - static_cast<int>(at) * 8, 0, 8);
        network.address[at] &= static_cast<std::uint8_t>(0xff00U >> static_cast<unsigned>(kept));
    }
    return network;
}

bool contains(const ip_network& network, const ip_network& address)
{
    if (is_ipv4(network) != is_ipv4(address) || address.prefix < network.prefix)
        return false;
    ip_network shortened = address;
    shortened.prefix = network.prefix;
    return without_host_bits(shortened) == without_host_bits(network);
}

std::string address_text(const ip_network& network)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool ipv4 = is_ipv4(network);
    const auto* bytes = network.address.data() + (ipv4 ? mapped.size() : 0);
    inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes, text.data(), static_cast<socklen_t>(text.size()));
    return text.data();
}

std::string network_text(const ip_network& network)
{
    return fmt::format("{}/{}", address_text(network), network.prefix - (is_ipv4(network) ? mapped_bits : 0));
}

}  // namespace trunkwarden
