#include "snapshot/canonical.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace trunkwarden {
namespace {

using strings = std::vector<std::string>;
using views = std::vector<std::string_view>;

TEST(Canonical, SpellsEachKindInOneWay)
{
    EXPECT_EQ(canonical(value_kind::choice, "On-Failure"), "on-failure");
    EXPECT_EQ(canonical(value_kind::host, "SIP.Example.COM"), "sip.example.com");
    EXPECT_EQ(canonical(value_kind::country_set, "no"), "NO");
    EXPECT_EQ(canonical(value_kind::flag, "True"), "true");
    EXPECT_EQ(canonical(value_kind::ip, "2001:DB8:0::1"), "2001:db8::1");
    EXPECT_EQ(canonical(value_kind::ip, "::ffff:203.0.113.7"), "203.0.113.7");
    EXPECT_EQ(canonical(value_kind::cidr, "203.0.113.7/24"), "203.0.113.0/24");
    EXPECT_EQ(canonical(value_kind::cidr, "203.0.113.7"), "203.0.113.7/32");
    EXPECT_EQ(canonical(value_kind::cidr, "2001:DB8::/32"), "2001:db8::/32");
}

TEST(Canonical, SpellsNamesThatMeanTheSameInOneWay)
{
    for (const auto* text :
         {"sbc0.acme.example", "sbc0.acme.example.", "SBC0.Acme.Example", "SBC0.ACME.EXAMPLE."})
        EXPECT_EQ(canonical(value_kind::host, text), "sbc0.acme.example") << text;
    EXPECT_EQ(canonical(value_kind::host, "*.ACME.example."), "*.acme.example");
    for (const auto* text :
         {"203.0.113.7", "203.0.113.7/32", "::ffff:203.0.113.7", "::FFFF:203.0.113.7/128"}) {
        EXPECT_EQ(canonical(value_kind::ip, text), "203.0.113.7") << text;
        EXPECT_EQ(canonical(value_kind::cidr, text), "203.0.113.7/32") << text;
    }
    EXPECT_EQ(canonical(value_kind::host, "::ffff:203.0.113.7"), "203.0.113.7");
    for (const auto* text :
         {"https://hooks.acme.example/Calls?x=Y", "HTTPS://hooks.acme.example/Calls?x=Y",
          "https://Hooks.ACME.example/Calls?x=Y", "https://hooks.acme.example:443/Calls?x=Y",
          "https://hooks.acme.example./Calls?x=Y", "https://hooks.acme.example.:443/Calls?x=Y",
          "https://hooks.acme.example:/Calls?x=Y"})
        EXPECT_EQ(canonical(value_kind::url, text), "https://hooks.acme.example/Calls?x=Y") << text;
    EXPECT_EQ(canonical(value_kind::url, "http://A.example:80"), "http://a.example");
    EXPECT_EQ(canonical(value_kind::url, "https://*.ACME.example:443/*"), "https://*.acme.example/*");
    EXPECT_EQ(canonical(value_kind::url, "https://[2001:DB8::1]:443/"), "https://[2001:db8::1]/");
}

TEST(Canonical, SpellsAHostInAnAddressInOneWay)
{
    for (const auto* text : {"sbc.acme.example:5061", "SBC.acme.example.:5061", "sbc.ACME.example:5061"})
        EXPECT_EQ(canonical(value_kind::host, text), "sbc.acme.example:5061") << text;
    for (const auto* text : {"Desk@acme.example", "Desk@ACME.example", "Desk@acme.example."})
        EXPECT_EQ(canonical(value_kind::host, text), "Desk@acme.example") << text;
    for (const auto* text :
         {"sip:Desk@acme.example:5060;transport=tls", "SIP:Desk@Acme.Example.:5060;transport=tls"})
        EXPECT_EQ(canonical(value_kind::host, text), "sip:Desk@acme.example:5060;transport=tls") << text;
    EXPECT_EQ(canonical(value_kind::host, "SIPS:ACME.example"), "sips:acme.example");
    EXPECT_EQ(canonical(value_kind::host, "Me@[2001:DB8::1]:5060"), "Me@[2001:db8::1]:5060");
    EXPECT_EQ(canonical(value_kind::host, "*.ACME.example.:5060"), "*.acme.example:5060");
}

// A number may be forwarded to a SIP address.
TEST(Canonical, SpellsTheHostOfADestinationInOneWay)
{
    for (const auto* text : {"sip:Desk@sbc.acme.example:5061", "SIP:Desk@SBC.Acme.example:5061",
                             "sip:Desk@sbc.acme.example.:5061"})
        EXPECT_EQ(canonical(value_kind::e164, text), "sip:Desk@sbc.acme.example:5061") << text;
    EXPECT_EQ(canonical(value_kind::e164, "SIPS:SBC.acme.example.;transport=TLS"),
              "sips:sbc.acme.example;transport=TLS");
    EXPECT_EQ(canonical(value_kind::e164, "sip:+14155550100@[2001:DB8::1]"),
              "sip:+14155550100@[2001:db8::1]");
    EXPECT_EQ(canonical(value_kind::e164, "sip:::FFFF:203.0.113.7"), "sip:::FFFF:203.0.113.7");
    for (const auto* text : {"+14155550100", "Desk", "Desk@ACME.example", "ACME.example.", "tel:+1415;x=Y",
                             "sip:A@B@C.example", "sip:DESK@acme.example", "sipx:A@B.example", "sip", ""})
        EXPECT_EQ(canonical(value_kind::e164, text), text);
}

TEST(Canonical, KeepsApartWhatIsNotTheSameHostInAnAddress)
{
    for (const auto* text : {"desk@acme.example", "Desk@acme.example", "DESK@acme.example"})
        EXPECT_EQ(canonical(value_kind::host, text), text);
    for (const auto* text :
         {"acme.example:5060", "sip:acme.example", "sips:acme.example", "acme.example;maddr=B.example",
          "A@B@C", "sip:A@", "@", "[2001:DB8::1", ":5060", "sip:", "Desk@:5060"})
        EXPECT_EQ(canonical(value_kind::host, text), text);
}

// Nor is anything that only looks alike.
TEST(Canonical, KeepsApartWhatIsNotTheSame)
{
    for (const auto* text : {"https://a.example:444/",
                             "https://a.example:80/",
                             "http://a.example:443/",
                             "https://a.example/A",
                             "https://u@a.example/",
                             "https://A@a.example/",
                             "https://a.example:443@b.example/",
                             "https://A%2e.example/",
                             "https://a.example\\@b.example/",
                             "https://:443/",
                             "https:/A.example/",
                             "https:A",
                             "ftp://A.example:21/",
                             "https://a.example:443:443/",
                             "https://[2001:db8::1",
                             "sip:A@B.example",
                             "//A.example/",
                             "https://A .example/",
                             "HTTPS",
                             ""})
        EXPECT_EQ(canonical(value_kind::url, text), text);
    EXPECT_EQ(canonical(value_kind::host, "a.example.."), "a.example..");
    EXPECT_EQ(canonical(value_kind::host, "."), ".");
    EXPECT_EQ(canonical(value_kind::ip, "203.0.113.0/24"), "203.0.113.0/24");
    EXPECT_EQ(canonical(value_kind::ip, "::ffff:203.0.113.7/120"), "::ffff:203.0.113.7/120");
}

TEST(Canonical, LeavesTextAsItIs)
{
    for (const auto kind : {value_kind::text, value_kind::identifier, value_kind::url, value_kind::e164,
                            value_kind::money, value_kind::number, value_kind::timestamp})
        EXPECT_EQ(canonical(kind, "Ab 012.50"), "Ab 012.50");
}

TEST(Canonical, LeavesWhatIsNotOfItsKindAsItIs)
{
    EXPECT_EQ(canonical(value_kind::ip, "sip.Example.com"), "sip.Example.com");
    EXPECT_EQ(canonical(value_kind::cidr, "203.0.113.0/33"), "203.0.113.0/33");
    EXPECT_EQ(canonical(value_kind::flag, "Maybe"), "Maybe");
}

TEST(Canonical, IsAFixedPoint)
{
    for (const auto kind : {value_kind::choice, value_kind::host, value_kind::ip, value_kind::cidr,
                            value_kind::flag, value_kind::url, value_kind::e164})
        for (const std::string text :
             {"TRUE", "::FFFF:1.2.3.4", "1.2.3.4/9", "1.2.3.4/32", "A.B", "A.B.", "A..", "HTTPS://A.B.:443/C",
              "https://[::FFFF:1.2.3.4]:443", "https://[]", "http://a:80:80", "SIP:A@B.:5060;C", "SIP:SIP:A.",
              "A@B@C.", ""}) {
            const auto once = canonical(kind, text);
            EXPECT_EQ(canonical(kind, once), once);
        }
}

TEST(Canonical, SortsASetAndDropsRepeatedAndEmptyMembers)
{
    const auto set = canonical_set(value_kind::country_set, {"us", "NO", "", "US", "ca"});
    EXPECT_EQ(set, "CA\x1fNO\x1fUS");
    EXPECT_EQ(members_of(set), (views{"CA", "NO", "US"}));
    EXPECT_EQ(canonical_set(value_kind::text_set, {"b", "a", "B"}),
              "B\x1f"
              "a\x1f"
              "b");
}

TEST(Canonical, SpellsHostsOfDestinationsInASetInOneWay)
{
    EXPECT_EQ(canonical_set(value_kind::text_set, {"SIP:Desk@ACME.example.", "+14155550100", "Tag@ACME"}),
              canonical_set(value_kind::text_set, {"+14155550100", "Tag@ACME", "sip:Desk@acme.example"}));
    EXPECT_NE(canonical_set(value_kind::text_set, {"sip:Desk@acme.example"}),
              canonical_set(value_kind::text_set, {"sip:desk@acme.example"}));
}

TEST(Canonical, GivesTheEmptySetNoMembers)
{
    EXPECT_EQ(canonical_set(value_kind::text_set, {}), "");
    EXPECT_EQ(canonical_set(value_kind::text_set, {""}), "");
    EXPECT_EQ(members_of(""), views());
    EXPECT_EQ(members_of("US"), views{"US"});
}

TEST(Canonical, KeepsAMemberWithASeparatorInItApartFromTwoMembers)
{
    EXPECT_NE(canonical_set(value_kind::text_set, {"a\x1f"
                                                   "b"}),
              canonical_set(value_kind::text_set, {"a", "b"}));
}

TEST(Canonical, ShowsSetsInBrackets)
{
    EXPECT_EQ(for_display(value_kind::country_set, "CA\x1fUS"), "[CA, US]");
    EXPECT_EQ(for_display(value_kind::text_set, ""), "[]");
    EXPECT_EQ(for_display(value_kind::text, "CA"), "CA");
}

int order(std::string_view a, std::string_view b)
{
    const auto [valid, compared] = compare_decimals(a, b);
    EXPECT_TRUE(valid) << a << " " << b;
    EXPECT_EQ(compare_decimals(b, a).order, -compared) << a << " " << b;
    return compared;
}

TEST(CompareDecimals, SeesOneNumberBehindItsSpellings)
{
    for (const std::string_view text : {"50", "50.0", "50.00", "+50", "050", "5e1", "0.5E2", "500e-1", "50."})
        EXPECT_EQ(order("50", text), 0) << text;
    for (const std::string_view text : {"0", "-0", "0.00", ".0", "0e9", "-0e-9"})
        EXPECT_EQ(order("0", text), 0) << text;
}

TEST(CompareDecimals, OrdersWithoutLoss)
{
    EXPECT_EQ(order("0.1", "0.10000000000000000000000000000001"), -1);
    EXPECT_EQ(order("9007199254740993", "9007199254740992"), 1);
    EXPECT_EQ(order("99999999999999999999.01", "100000000000000000000"), -1);
    EXPECT_EQ(order("-1", "0"), -1);
    EXPECT_EQ(order("-2", "-1"), -1);
    EXPECT_EQ(order("-0.5", "-0.25"), -1);
    EXPECT_EQ(order("10", "9"), 1);
    EXPECT_EQ(order("0.09", "0.1"), -1);
    EXPECT_EQ(order("1e999999999", "1e-999999999"), 1);
    EXPECT_EQ(order("0", "1e-999999999"), -1);
}

TEST(CompareDecimals, RefusesWhatIsNoDecimalNumber)
{
    for (const std::string_view text : {"", "-", ".", "e5", "1e", "1e+", "1e9999999999", "0x10", "1,5", " 1",
                                        "1 ", "NaN", "Infinity", "--1", "1.2.3", "12a"})
        EXPECT_FALSE(compare_decimals(text, "1").valid) << text;
}

TEST(SameValue, ComparesAmountsAsNumbersAndTheRestAsText)
{
    EXPECT_TRUE(same_value(value_kind::money, "50", "50.00"));
    EXPECT_TRUE(same_value(value_kind::number, "012", "12"));
    EXPECT_FALSE(same_value(value_kind::money, "50", ""));
    EXPECT_TRUE(same_value(value_kind::money, "", ""));
    EXPECT_TRUE(same_value(value_kind::money, "none", "none"));
    EXPECT_FALSE(same_value(value_kind::identifier, "012", "12"));
    EXPECT_FALSE(same_value(value_kind::text, "50", "50.00"));
}

}  // namespace
}  // namespace trunkwarden
