#include "support/yaml/nearest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace trunkwarden {
namespace {

constexpr std::array<std::string_view, 6> known{"interval",      "audit_interval",         "timeout",
                                                "connection_id", "outbound.channel_limit", "ips"};

TEST(Nearest, ForgivesSlipsOfTheHand)
{
    EXPECT_EQ(nearest("intervall", known), "interval");
    EXPECT_EQ(nearest("inteval", known), "interval");
    EXPECT_EQ(nearest("itnerval", known), "interval");
    EXPECT_EQ(nearest("Connection-ID", known), "connection_id");
    EXPECT_EQ(nearest("ip", known), "ips");
}

TEST(Nearest, FindsAFieldByItsLastPart)
{
    EXPECT_EQ(nearest("channel_limit", known), "outbound.channel_limit");
}

TEST(Nearest, DoesNotGuessWildly)
{
    EXPECT_EQ(nearest("password", known), "");
    EXPECT_EQ(nearest("", known), "");
    EXPECT_EQ(nearest("x", known), "");
    EXPECT_EQ(nearest(std::string(10'000, 'i'), known), "");
    EXPECT_EQ(nearest("interval", {}), "");
}

TEST(Nearest, SuggestsAWordOrAllOfAFew)
{
    EXPECT_EQ(suggestion("time_out", known), "; did you mean \"timeout\"?");
    constexpr std::array<std::string_view, 2> few{"auto", "off"};
    EXPECT_EQ(suggestion("whatever", few), "; known here: auto, off");
    EXPECT_EQ(suggestion("whatever", {}), "");
}

}  // namespace
}  // namespace trunkwarden
