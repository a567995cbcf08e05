#include "fetch/no_proxy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trunkwarden {
namespace {

origin at(std::string host, std::uint16_t port = 443)
{
    origin out;
    out.host = std::move(host);
    out.port = port;
    return out;
}

struct listing_case {
    std::string list;
    std::vector<origin> in;
    std::vector<origin> out;
};

class NoProxy : public testing::TestWithParam<listing_case> {};

TEST_P(NoProxy, CoversWhatItSaysAndNothingElse)
{
    for (const auto& each : GetParam().in)
        EXPECT_TRUE(is_in_no_proxy(GetParam().list, each)) << GetParam().list << ": " << each.host;
    for (const auto& each : GetParam().out)
        EXPECT_FALSE(is_in_no_proxy(GetParam().list, each)) << GetParam().list << ": " << each.host;
}

INSTANTIATE_TEST_SUITE_P(
    Names, NoProxy,
    testing::Values(
        listing_case{"", {}, {at("api.telnyx.com"), at("192.0.2.1")}},
        listing_case{" , ,", {}, {at("api.telnyx.com")}},
        listing_case{"*", {at("api.telnyx.com"), at("192.0.2.1"), at("2001:db8::1")}, {}},
        listing_case{"acme.example",
                     {at("acme.example"), at("soc.acme.example"), at("a.b.acme.example")},
                     {at("notacme.example"), at("acme.example.evil.test"), at("example")}},
        listing_case{".acme.example", {at("soc.acme.example")}, {at("acme.example"), at("notacme.example")}},
        listing_case{"*.acme.example", {at("soc.acme.example")}, {at("acme.example"), at("notacme.example")}},
        listing_case{"ACME.Example", {at("soc.acme.example")}, {}},
        listing_case{"acme.example.", {at("acme.example"), at("acme.example.")}, {at("example.")}},
        listing_case{"other.test, soc.acme.example ,x", {at("soc.acme.example")}, {at("acme.example")}},
        listing_case{"other.test soc.acme.example", {at("soc.acme.example"), at("other.test")}, {}},
        listing_case{".", {}, {at("acme.example")}},
        listing_case{"*acme.example", {}, {at("acme.example")}}));

INSTANTIATE_TEST_SUITE_P(
    Ports, NoProxy,
    testing::Values(listing_case{"acme.example:8443",
                                 {at("acme.example", 8443), at("soc.acme.example", 8443)},
                                 {at("acme.example"), at("acme.example", 84)}},
                    listing_case{"192.0.2.1:8443", {at("192.0.2.1", 8443)}, {at("192.0.2.1")}},
                    listing_case{"[2001:db8::1]:8443", {at("2001:db8::1", 8443)}, {at("2001:db8::1")}},
                    listing_case{"acme.example:", {at("acme.example")}, {}}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, NoProxy,
    testing::Values(listing_case{"192.0.2.1", {at("192.0.2.1")}, {at("192.0.2.10"), at("1.192.0.2.1")}},
                    listing_case{"192.0.2.0/24",
                                 {at("192.0.2.1"), at("::ffff:192.0.2.7")},
                                 {at("192.0.3.1"), at("host.example")}},
                    listing_case{"192.0.2.77/24", {at("192.0.2.1")}, {at("192.0.3.1")}},
                    listing_case{"2001:db8::/32", {at("2001:db8::5")}, {at("2001:db9::5"), at("192.0.2.1")}},
                    listing_case{"2001:DB8:0::1", {at("2001:db8::1")}, {at("2001:db8::2")}},
                    listing_case{"[2001:db8::1]", {at("2001:db8::1")}, {at("2001:db8::2")}},
                    listing_case{"0.2.1", {}, {at("192.0.2.1")}},
                    listing_case{"192.0.2.0/33", {}, {at("192.0.2.1")}}));

TEST(NoProxyOfThisHost, IsLoopbackInEverySpelling)
{
    for (const auto* host :
         {"localhost", "localhost.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
        EXPECT_TRUE(is_this_host(at(host))) << host;
    for (const auto* host : {"localhost.example", "notlocalhost", "128.0.0.1", "::2", "127.0.0.1.example"})
        EXPECT_FALSE(is_this_host(at(host))) << host;
}

}  // namespace
}  // namespace trunkwarden
