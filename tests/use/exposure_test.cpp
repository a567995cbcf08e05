#include "use/exposure.hpp"

#include <gtest/gtest.h>

#include "use/balances.hpp"

namespace trunkwarden {
namespace {

using fakes::money;

class Exposure : public testing::Test {
protected:
    Exposure()
    {
        limits.profiles = {{"1", money("0.70"), 60, {}}, {"2", money("0.10"), 10, money("50.00")}};
        limits.available = money("512.35");
        limits.currency = "USD";
    }
    spend_limits limits;
};

TEST_F(Exposure, IsCallsTimesTheHighestRateUntilTheBalanceIsGone)
{
    const auto found = exposure_through(limits, "1", {});
    ASSERT_TRUE(found);
    EXPECT_EQ(per_minute_of(*found), "42.00");
    EXPECT_EQ(end_of(*found), "balance 512.35");
    EXPECT_EQ(words_of(*found), "up to USD 42.00 a minute until the balance of 512.35 is gone");
}

TEST_F(Exposure, IsHeldByTheChannelsOfAConnection)
{
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "1", 10)), "7.00");
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "1", 1000)), "42.00");
    limits.profiles[0].calls.reset();
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "1", 10)), "7.00");
}

TEST_F(Exposure, HasNoLimitWithoutARateOrWithoutANumberOfCalls)
{
    limits.profiles[0].calls.reset();
    const auto found = exposure_through(limits, "1", {});
    EXPECT_EQ(per_minute_of(*found), "no limit");
    EXPECT_EQ(words_of(*found), "no limit on what a minute costs until the balance of 512.35 is gone");
    limits.profiles[0] = {"1", {}, 60, {}};
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "1", {})), "no limit");
}

TEST_F(Exposure, EndsWithTheDailySpendLimitWhereThatIsLess)
{
    EXPECT_EQ(words_of(*exposure_through(limits, "2", {})),
              "up to USD 1.00 a minute until daily_spend_limit is reached, 50.00 a day");
    limits.available = money("20.00");
    EXPECT_EQ(end_of(*exposure_through(limits, "2", {})), "balance 20.00");
}

TEST_F(Exposure, DoesNotEndWithABalanceThatIsFilledAgain)
{
    limits.recharges = true;
    EXPECT_NE(words_of(*exposure_through(limits, "1", {})).find("auto-recharge fills it again"),
              std::string::npos);
}

TEST_F(Exposure, ThroughSomethingThatNamesNoProfileIsThatOfTheWorst)
{
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "", {})), "42.00");
    limits.profiles[1].highest_rate.reset();
    EXPECT_EQ(per_minute_of(*exposure_through(limits, "", {})), "no limit");
}

TEST_F(Exposure, OfWhatIsNotKnownIsNotZero)
{
    EXPECT_FALSE(exposure_through(limits, "3", {}));
    limits.available.reset();
    limits.currency.clear();
    const auto found = exposure_through(limits, "1", {});
    EXPECT_EQ(end_of(*found), "");
    EXPECT_EQ(words_of(*found), "up to 42.00 a minute");
    limits.profiles.clear();
    EXPECT_FALSE(exposure_through(limits, "", {}));
}

TEST(ExposureOrder, PutsNoLimitFirstAndNotKnownLast)
{
    const std::optional<exposure> unknown;
    const std::optional<exposure> unlimited = exposure{};
    std::optional<exposure> some = exposure{};
    some->per_minute = money("1.00");
    EXPECT_TRUE(is_less(unknown, some));
    EXPECT_TRUE(is_less(some, unlimited));
    EXPECT_FALSE(is_less(unlimited, some));
    EXPECT_FALSE(is_less(unlimited, unlimited));
    EXPECT_FALSE(is_less(some, unknown));
}

}  // namespace
}  // namespace trunkwarden
