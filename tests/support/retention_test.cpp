#include "support/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

time_point at(int minute)
{
    return time_point{} + minute * 1min;
}

constexpr retention_limits roomy{100, 100'000};

TEST(Retention, ForgetsNothingWithinTheLimits)
{
    EXPECT_THAT(beyond({{"a", 0, 0, at(0), 50'000}, {"b", 0, 0, at(1), 50'000}}, {2, 100'000}), IsEmpty());
}

TEST(Retention, OfTooManyTheLowestRankThenTheLeastSevereThenTheOldestGoFirst)
{
    const std::vector<past_item> all{{"needed", 1, 0, at(0), 1},
                                     {"severe", 0, 3, at(1), 1},
                                     {"old", 0, 1, at(2), 1},
                                     {"newer", 0, 1, at(3), 1}};
    EXPECT_THAT(beyond(all, {3, 1000}), ElementsAre("old"));
    EXPECT_THAT(beyond(all, {2, 1000}), ElementsAre("old", "newer"));
    EXPECT_THAT(beyond(all, {1, 1000}), ElementsAre("old", "newer", "severe"));
}

TEST(Retention, LeavesATenthOfRoomSoThatItDoesNotHappenEachTime)
{
    std::vector<past_item> all;
    for (int number = 0; number < 101; ++number)
        all.push_back({std::to_string(number), 0, 0, at(number), 1});
    EXPECT_EQ(beyond(all, roomy).size(), 11U);
}

// A thief makes his objects large: it is his own history that goes.
TEST(Retention, OfTooManyBytesTheLargestGoFirst)
{
    std::vector<past_item> all{{"ours", 0, 1, at(0), 1000}};
    for (int number = 1; number <= 12; ++number)
        all.push_back({"his-" + std::to_string(number), 0, 4, at(number), 10'000});
    const auto gone = beyond(all, roomy);
    EXPECT_EQ(gone.size(), 4U);
    EXPECT_THAT(gone, Not(Contains("ours")));
}

TEST(Retention, ALargeThingOfAHigherRankOutlivesAllOfALowerOne)
{
    const std::vector<past_item> all{{"needed", 1, 0, at(0), 90'000}, {"light", 0, 4, at(1), 20'000}};
    EXPECT_THAT(beyond(all, roomy), ElementsAre("light"));
}

}  // namespace
}  // namespace trunkwarden
