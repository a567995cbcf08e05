#include "support/address_countries.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

constexpr std::string_view ranges =
    "# a comment\n"
    "16777216,16777471,AU\n"
    "3221225472,3221225727,NO\n"
    "3221225985,3221225985,??\n"
    "not,a,line\n"
    "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,SE\r\n"
    "3221226000,3221226001,DK";  // the last line without its end

std::string country_of(std::string_view address)
{
    const auto key = parse_ip_address(address)->address;
    address_countries wanted{{key, ""}};
    look_up_countries(ranges, wanted);
    return wanted.at(key);
}

TEST(AddressCountries, AreThoseOfTheRangeThatHoldsTheAddress)
{
    EXPECT_EQ(country_of("1.0.0.0"), "AU");
    EXPECT_EQ(country_of("1.0.0.255"), "AU");
    EXPECT_EQ(country_of("192.0.0.7"), "NO");
    EXPECT_EQ(country_of("2001:db8::1"), "SE");
    EXPECT_EQ(country_of("192.0.2.17"), "DK");
}

TEST(AddressCountries, AreNotKnownOutsideOfEveryRangeAndInThoseOfNoCountry)
{
    EXPECT_EQ(country_of("1.0.1.0"), "");
    EXPECT_EQ(country_of("0.255.255.255"), "");
    EXPECT_EQ(country_of("192.0.2.1"), "");
    EXPECT_EQ(country_of("2001:db8:1::"), "");
}

TEST(AddressCountries, AreLookedUpForManyAddressesAtOnce)
{
    address_countries wanted;
    for (const std::string_view text : {"1.0.0.9", "1.0.0.10", "2001:db8::2", "8.8.8.8"})
        wanted.try_emplace(parse_ip_address(text)->address);
    look_up_countries(ranges, wanted);
    EXPECT_EQ(wanted.at(parse_ip_address("1.0.0.9")->address), "AU");
    EXPECT_EQ(wanted.at(parse_ip_address("1.0.0.10")->address), "AU");
    EXPECT_EQ(wanted.at(parse_ip_address("2001:db8::2")->address), "SE");
    EXPECT_EQ(wanted.at(parse_ip_address("8.8.8.8")->address), "");
}

}  // namespace
}  // namespace trunkwarden
