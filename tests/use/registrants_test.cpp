#include "use/registrants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class Registrants : public testing::Test {
protected:
    void see(std::string_view address)
    {
        now += 4min;
        known.see("pbx01", "1293", address, now);
    }
    time_point now = time_point{} + std::chrono::hours(498'000);
    registrants known;
};

TEST_F(Registrants, HaveOneHolderThoughThePhoneMoves)
{
    see("203.0.113.7");
    see("203.0.113.7");
    see("203.0.113.9");
    see("203.0.113.11");
    EXPECT_TRUE(known.shared(now).empty());
}

TEST_F(Registrants, HaveTwoHoldersWhenAnAddressComesBack)
{
    see("203.0.113.7");
    see("203.0.113.9");
    see("203.0.113.7");
    ASSERT_EQ(known.shared(now).size(), 1U);
    EXPECT_EQ(known.shared(now).front().user_name, "pbx01");
    EXPECT_EQ(known.shared(now).front().connection, "1293");
    EXPECT_THAT(known.shared(now).front().addresses, ElementsAre("203.0.113.7", "203.0.113.9"));
}

TEST_F(Registrants, HaveOneHolderAgainAnHourAfterTheLastTurn)
{
    see("203.0.113.7");
    see("203.0.113.9");
    see("203.0.113.7");
    now += 30min;
    see("203.0.113.7");
    EXPECT_FALSE(known.shared(now).empty());
    now += 30min;
    see("203.0.113.7");
    EXPECT_TRUE(known.shared(now).empty());
}

TEST_F(Registrants, AreForgottenAnHourAfterTheyWereRegistered)
{
    see("203.0.113.7");
    see("203.0.113.9");
    see("203.0.113.7");
    const auto then = now;
    known.forget_old(now + 59min);
    EXPECT_FALSE(known.shared(then).empty());
    known.forget_old(now + 61min);
    EXPECT_TRUE(known.shared(then).empty());
}

// The thief chooses the addresses; he does not choose how many are kept.
TEST_F(Registrants, KeepTheLastTurnsOnly)
{
    for (int turn = 0; turn < 100; ++turn)
        see(fmt::format("192.0.2.{}", turn % 3));
    EXPECT_EQ(known.shared(now).front().addresses.size(), 3U);
}

}  // namespace
}  // namespace trunkwarden
