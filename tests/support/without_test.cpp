#include "support/without.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(Without, HidesEveryPlace)
{
    EXPECT_EQ(without("abc is abc", "abc"), "(secret) is (secret)");
    EXPECT_EQ(without("nothing", "abc"), "nothing");
}

TEST(Without, EndsWhenWhatIsHiddenStandsInItsReplacement)
{
    EXPECT_EQ(without("a secret", "secret"), "a (secret)");
}

TEST(Without, HidesNothingWhenThereIsNothingToHide)
{
    EXPECT_EQ(without("abc", ""), "abc");
}

}  // namespace
}  // namespace trunkwarden
