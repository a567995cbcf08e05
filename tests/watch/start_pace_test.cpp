#include "watch/start_pace.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <list>

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr start_pace::moment start{1h};

TEST(StartPace, BeginsFewAccountsAtOnce)
{
    start_pace pace;
    for (std::size_t account = 0; account < start_pace::at_once; ++account)
        EXPECT_EQ(pace.take_turn(start), start) << account;
    EXPECT_EQ(pace.take_turn(start), start + start_pace::apart);
}

TEST(StartPace, BeginsAThousandWithinTheUsualInterval)
{
    start_pace pace;
    auto last = start;
    for (int account = 0; account < 1000; ++account) {
        const auto turn = pace.take_turn(start);
        EXPECT_LE(turn - last, start_pace::apart) << account;
        last = turn;
    }
    EXPECT_LE(last - start, 30s);
    EXPECT_GE(last - start, 25s);
}

// A reload adds an account hours later: it waits for nothing.
TEST(StartPace, HoldsNobodyUpAfterwards)
{
    start_pace pace;
    for (int account = 0; account < 1000; ++account)
        pace.take_turn(start);
    EXPECT_EQ(pace.take_turn(start + 31s), start + 31s);
    EXPECT_EQ(pace.take_turn(start + 31s), start + 31s) << "time that nobody used was kept";
}

TEST(StartPace, IsCrowdedAsLongAsThereAreMany)
{
    start_pace pace;
    std::list<start_pace::place> places;
    for (std::size_t account = 0; account < start_pace::at_once; ++account)
        places.emplace_back(pace);
    EXPECT_FALSE(pace.is_crowded());
    places.emplace_back(pace);
    EXPECT_TRUE(pace.is_crowded());
    places.pop_back();
    EXPECT_FALSE(pace.is_crowded());
}

}  // namespace
}  // namespace trunkwarden
