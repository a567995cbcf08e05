#include "support/yaml/closest_match.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace trunkwarden {
namespace {

constexpr std::array<std::string_view, 6> known{"interval",      "audit_interval",         "timeout",
                                                "connection_id", "outbound.channel_limit", "ips"};

TEST(ClosestMatch, ForgivesSlipsOfTheHand)
{
    EXPECT_EQ(closest_match("intervall", known), "interval");
    EXPECT_EQ(closest_match("inteval", known), "interval");
    EXPECT_EQ(closest_match("itnerval", known), "interval");
    EXPECT_EQ(closest_match("Connection-ID", known), "connection_id");
    EXPECT_EQ(closest_match("ip", known), "ips");
}

TEST(ClosestMatch, FindsAFieldByItsLastPart)
{
    EXPECT_EQ(closest_match("channel_limit", known), "outbound.channel_limit");
}

TEST(ClosestMatch, DoesNotGuessWildly)
{
    EXPECT_EQ(closest_match("password", known), "");
    EXPECT_EQ(closest_match("", known), "");
    EXPECT_EQ(closest_match("x", known), "");
    EXPECT_EQ(closest_match(std::string(10'000, 'i'), known), "");
    EXPECT_EQ(closest_match("interval", {}), "");
}

TEST(ClosestMatch, SuggestsAWordOrAllOfAFew)
{
    EXPECT_EQ(suggestion("time_out", known), "; did you mean \"timeout\"?");
    constexpr std::array<std::string_view, 2> max_listed{"auto", "off"};
    EXPECT_EQ(suggestion("whatever", max_listed), "; known here: auto, off");
    EXPECT_EQ(suggestion("whatever", {}), "");
}

}  // namespace
}  // namespace trunkwarden
