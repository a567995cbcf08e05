#include "support/ip_network.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

bool lies_in(std::string_view address, std::string_view network)
{
    return contains(parse_ip_network(network).value(), parse_ip_address(address).value());
}

TEST(IpNetwork, SpellsAddressesInTheirShortestForm)
{
    const auto shortest = [](std::string_view text) { return address_text(parse_ip_address(text).value()); };
    EXPECT_EQ(shortest("203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(shortest("2001:0DB8:0000:0000:0000:0000:0000:0001"), "2001:db8::1");
    EXPECT_EQ(shortest("::ffff:203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(shortest("0:0:0:0:0:ffff:cb00:7107"), "203.0.113.7");
    EXPECT_EQ(shortest("::"), "::");
}

TEST(IpNetwork, RefusesWhatIsNoAddress)
{
    for (const std::string_view text :
         {"", "203.0.113", "203.0.113.7.1", "203.0.113.256", "203.0.113.07", " 1.2.3.4", "1.2.3.4/32",
          "fe80::1%eth0", "2001:db8:::1", "localhost", "0x7f.0.0.1"})
        EXPECT_FALSE(parse_ip_address(text)) << text;
    EXPECT_FALSE(parse_ip_address(std::string_view("1.2.3.4\0", 8)));
    EXPECT_FALSE(parse_ip_address(std::string(1000, '1')));
}

TEST(IpNetwork, RefusesWhatIsNoNetwork)
{
    for (const std::string_view text :
         {"198.51.100.0", "198.51.100.0/", "198.51.100.0/33", "198.51.100.0/-1", "198.51.100.0/028",
          "198.51.100.0/2x", "2001:db8::/129", "/8", "::/0/0", "198.51.100.0/99999999999"})
        EXPECT_FALSE(parse_ip_network(text)) << text;
}

TEST(IpNetwork, HoldsTheAddressesBehindItsPrefixAndNoOthers)
{
    EXPECT_TRUE(lies_in("198.51.100.0", "198.51.100.0/28"));
    EXPECT_TRUE(lies_in("198.51.100.15", "198.51.100.0/28"));
    EXPECT_FALSE(lies_in("198.51.100.16", "198.51.100.0/28"));
    EXPECT_TRUE(lies_in("198.51.100.16", "198.51.100.16/32"));
    EXPECT_TRUE(lies_in("8.8.8.8", "0.0.0.0/0"));
    EXPECT_TRUE(lies_in("2001:db8::ffff", "2001:db8::/112"));
    EXPECT_FALSE(lies_in("2001:db8::1:0", "2001:db8::/112"));
    EXPECT_TRUE(lies_in("2001:db8:7fff::1", "2001:db8:4000::/34"));
}

TEST(IpNetwork, TakesMappedAddressesForTheirIpv4)
{
    EXPECT_TRUE(lies_in("::ffff:198.51.100.3", "198.51.100.0/28"));
    EXPECT_TRUE(lies_in("198.51.100.3", "::ffff:198.51.100.0/124"));
    EXPECT_EQ(network_text(parse_ip_network("::ffff:198.51.100.0/124").value()), "198.51.100.0/28");
}

TEST(IpNetwork, KeepsIpv4OutOfIpv6Networks)
{
    EXPECT_FALSE(lies_in("198.51.100.3", "::/0"));
    EXPECT_FALSE(lies_in("198.51.100.3", "::/64"));
    EXPECT_FALSE(lies_in("2001:db8::1", "0.0.0.0/0"));
}

TEST(IpNetwork, DropsHostBits)
{
    const auto whole = [](std::string_view text) {
        return network_text(without_host_bits(parse_ip_network(text).value()));
    };
    EXPECT_EQ(whole("198.51.100.7/28"), "198.51.100.0/28");
    EXPECT_EQ(whole("198.51.100.7/32"), "198.51.100.7/32");
    EXPECT_EQ(whole("198.51.100.7/0"), "0.0.0.0/0");
    EXPECT_EQ(whole("2001:db8:ffff::1/35"), "2001:db8:e000::/35");
}

}  // namespace
}  // namespace trunkwarden
